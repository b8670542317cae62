import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConnectionStringError, parseConnectionString } from './adapters/eventstoredb/connection-string.ts';

/** What the process is told from outside, checked once at the start. */
export type Config = {
  readonly production: boolean;
  readonly host: string;
  readonly port: number;
  /** Events, keys, projections and contents live below it. */
  readonly dataFolder: string;
  readonly eventStore:
    | { readonly kind: 'sqlite' | 'memory' }
    /** `prefix`: sets our streams apart on a server that others use too. */
    | { readonly kind: 'eventstoredb'; readonly connectionString: string; readonly prefix: string | null };
  /** What this node alone has read out of the log. The data folder may be shared by nodes, this one may not. */
  readonly projectionsFolder: string;
  /** 32 bytes; every other secret is derived from it. */
  readonly masterSecret: Buffer;
  readonly professionals:
    | { readonly kind: 'development' }
    /** `jwksUrl`: the issuer's keys; null: where its discovery document says. */
    | {
        readonly kind: 'pro-sante-connect';
        readonly issuer: string;
        readonly audience: string;
        readonly jwksUrl: URL | null;
      };
  /** Who signs for the service's own staff (help desk, fund). `nobody`: none of them has access. */
  readonly staff:
    | { readonly kind: 'development' | 'nobody' }
    | { readonly kind: 'issuer'; readonly issuer: string; readonly audience: string; readonly jwksUrl: URL };
  /** Where messages go. `outbox`: nowhere, they are shown at /dev/outbox. */
  readonly messenger:
    | { readonly kind: 'outbox' }
    | { readonly kind: 'gateway'; readonly url: URL; readonly token: string };
  /** Requests a minute from one address to the routes that take no token. */
  readonly anonymousRequestsPerMinute: number;
  /** A reverse proxy stands before us and names the client in `X-Forwarded-For`. */
  readonly trustProxy: boolean;
  readonly logLevel: string;
};

/** Everything that is wrong with the environment, at once; no value is repeated. */
export class ConfigError extends Error {
  constructor(problems: readonly string[]) {
    super(`The configuration is not complete:\n${problems.map(problem => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

const MASTER_SECRET_BYTES = 32;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'];

/** Reads `env`. Throws `ConfigError`. In development a missing master secret is made and kept in the data folder. */
export const readConfig = (env: Readonly<Record<string, string | undefined>>): Config => {
  const problems: string[] = [];
  const production = env.NODE_ENV === 'production';
  const number = (name: string, fallback: number, most: number): number => {
    const text = env[name];
    if (text === undefined || text === '') return fallback;
    if (/^\d{1,9}$/.test(text) && Number(text) <= most) return Number(text);
    problems.push(`${name} must be a whole number from 0 to ${most}`);
    return fallback;
  };
  const oneOf = <T extends string>(name: string, values: readonly T[], fallback: T): T => {
    const text = env[name] || fallback;
    if ((values as readonly string[]).includes(text)) return text as T;
    problems.push(`${name} must be one of ${values.join(', ')}`);
    return fallback;
  };
  const dataFolder = env.DATA_FOLDER || 'data';
  const professionals = readProfessionals(env, production, problems);
  const staff = readStaff(env, production, problems);
  const messenger = readMessenger(env, production, problems);
  const config: Omit<Config, 'masterSecret'> = {
    production,
    host: env.HOST || '127.0.0.1',
    port: number('PORT', 3000, 65_535),
    dataFolder,
    eventStore: readEventStore(
      env,
      oneOf('EVENT_STORE', ['sqlite', 'memory', 'eventstoredb'], 'sqlite'),
      production,
      problems,
    ),
    projectionsFolder: env.PROJECTIONS_FOLDER || dataFolder,
    professionals,
    staff,
    messenger,
    anonymousRequestsPerMinute: number('ANONYMOUS_REQUESTS_PER_MINUTE', 300, 1_000_000),
    trustProxy: oneOf('TRUST_PROXY', ['true', 'false'], 'false') === 'true',
    logLevel: oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
  };
  const masterSecret = readMasterSecret(env.MASTER_SECRET, production, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return { ...config, masterSecret: masterSecret ?? developmentSecret(dataFolder) };
};

const readMasterSecret = (text: string | undefined, production: boolean, problems: string[]): Buffer | null => {
  if (text === undefined || text === '') {
    if (production) problems.push('MASTER_SECRET is required: 32 bytes in base64 (openssl rand -base64 32)');
    return null;
  }
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== MASTER_SECRET_BYTES || bytes.toString('base64') !== text.trim())
    problems.push('MASTER_SECRET must be 32 bytes in base64 (openssl rand -base64 32)');
  else if (new Set(bytes).size < 8) problems.push('MASTER_SECRET must be drawn at random');
  return bytes;
};

/** Made once; whoever loses it loses the data, as in production. */
const developmentSecret = (dataFolder: string): Buffer => {
  const file = join(dataFolder, 'development-master-secret');
  if (!existsSync(file)) {
    // Whole or not at all, and the first of two that start at once: a link to what is already written.
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, randomBytes(MASTER_SECRET_BYTES).toString('base64'), { mode: 0o600 });
    try {
      linkSync(draft, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(draft);
    }
  }
  return Buffer.from(readFileSync(file, 'utf8'), 'base64');
};

const readEventStore = (
  env: Readonly<Record<string, string | undefined>>,
  kind: Config['eventStore']['kind'],
  production: boolean,
  problems: string[],
): Config['eventStore'] => {
  if (kind !== 'eventstoredb') return { kind };
  const { ESDB_URL: connectionString = '', ESDB_PREFIX: prefix } = env;
  if (!/^esdb(?:\+discover)?:\/\//.test(connectionString))
    problems.push('ESDB_URL is required with EVENT_STORE=eventstoredb: esdb://… or esdb+discover://…');
  else problems.push(...flawsOfEventStoreUrl(connectionString, production));
  return { kind, connectionString, prefix: prefix || null };
};

/** The password that EventStoreDB gives its accounts `admin` and `ops` where nobody chose another: its documentation has it. */
const EVENTSTOREDB_DEFAULT_PASSWORD = 'changeit';

/**
 * That certificates are always verified is the adapter's own matter. In the clear a server is reached on this machine only:
 * one host, because a cluster names its nodes itself (decided).
 */
const flawsOfEventStoreUrl = (connectionString: string, production: boolean): readonly string[] => {
  try {
    const { tls, isCluster, hosts, credentials } = parseConnectionString(connectionString);
    if (!production) return [];
    const isHere = !isCluster && hosts.every(({ address }) => LOCAL_HOSTS.includes(address.toLowerCase()));
    return [
      ...(tls || isHere ? [] : ['ESDB_URL must not say tls=false, except for one server on this very machine']),
      ...(credentials?.password === EVENTSTOREDB_DEFAULT_PASSWORD
        ? ['ESDB_URL must not use the default password of EventStoreDB: choose another on the server']
        : []),
    ];
  } catch (error) {
    if (error instanceof ConnectionStringError) return [`ESDB_URL: ${error.message}`];
    throw error;
  }
};

const readProfessionals = (
  env: Readonly<Record<string, string | undefined>>,
  production: boolean,
  problems: string[],
): Config['professionals'] => {
  const { PSC_ISSUER: issuer, PSC_AUDIENCE: audience, PSC_JWKS_URL: jwksUrl } = env;
  const given = [issuer, audience, jwksUrl].filter(Boolean).length;
  if (given === 0 && !production) return { kind: 'development' };
  if (!issuer || !audience || !isIssuer(issuer)) {
    problems.push('PSC_ISSUER (an https URL without query) and PSC_AUDIENCE are required together');
    return { kind: 'development' };
  }
  if (jwksUrl && !isSafeUrl(jwksUrl)) {
    problems.push('PSC_JWKS_URL, where it is given, must be an https URL');
    return { kind: 'development' };
  }
  return { kind: 'pro-sante-connect', issuer, audience, jwksUrl: jwksUrl ? new URL(jwksUrl) : null };
};

const readStaff = (
  env: Readonly<Record<string, string | undefined>>,
  production: boolean,
  problems: string[],
): Config['staff'] => {
  const { STAFF_ISSUER: issuer, STAFF_AUDIENCE: audience, STAFF_JWKS_URL: jwksUrl } = env;
  if (!issuer && !audience && !jwksUrl) return { kind: production ? 'nobody' : 'development' };
  if (!issuer || !audience || !jwksUrl || !isIssuer(issuer) || !isSafeUrl(jwksUrl)) {
    problems.push(
      'STAFF_ISSUER (an https URL without query), STAFF_AUDIENCE and STAFF_JWKS_URL (https) are required together',
    );
    return { kind: 'nobody' };
  }
  if (issuer === env.PSC_ISSUER) problems.push('STAFF_ISSUER and PSC_ISSUER must be two different issuers');
  return { kind: 'issuer', issuer, audience, jwksUrl: new URL(jwksUrl) };
};

const readMessenger = (
  env: Readonly<Record<string, string | undefined>>,
  production: boolean,
  problems: string[],
): Config['messenger'] => {
  const { MESSAGE_GATEWAY_URL: url, MESSAGE_GATEWAY_TOKEN: token } = env;
  if (!url && !token && !production) return { kind: 'outbox' };
  if (!url || !token || !isSafeUrl(url)) {
    problems.push('MESSAGE_GATEWAY_URL (https) and MESSAGE_GATEWAY_TOKEN are required together');
    return { kind: 'outbox' };
  }
  return { kind: 'gateway', url: new URL(url), token };
};

/** OpenID Connect Discovery: a URL that a path is added to, so nothing comes after its own. */
const isIssuer = (text: string): boolean => isSafeUrl(text) && !/[?#]/.test(text);

const LOCAL_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** What goes over the network goes encrypted, except on this very machine. */
const isSafeUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && LOCAL_HOSTS.includes(hostname));
};
