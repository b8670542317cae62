import type { EndPoint } from '@eventstore/db-client';

/** What a connection string says. Certificates are paths of files. */
export type ConnectionString = {
  /** Ask the hosts who leads the cluster; else the only host is the server. */
  readonly isCluster: boolean;
  /** `esdb+discover`: one name that leads to the nodes. */
  readonly isDnsName: boolean;
  readonly hosts: readonly EndPoint[];
  readonly credentials?: { readonly username: string; readonly password: string };
  readonly tls: boolean;
  /** False where the string asks not to: the client cannot do that. */
  readonly verifiesCertificates: boolean;
  readonly tlsCaFile?: string;
  readonly userCertFile?: string;
  readonly userKeyFile?: string;
  /** Passed to the client as they are. */
  readonly options: {
    readonly connectionName?: string;
    readonly maxDiscoverAttempts?: number;
    readonly discoveryInterval?: number;
    readonly gossipTimeout?: number;
    readonly keepAliveInterval?: number;
    readonly keepAliveTimeout?: number;
  };
};

/** A connection string that cannot be used. It says why, without repeating any of the string: that may hold a password. */
export class ConnectionStringError extends Error {
  constructor(reason: string) {
    super(`the EventStoreDB connection string cannot be used: ${reason}`);
    this.name = 'ConnectionStringError';
  }
}

const SHAPE = /^(?<scheme>esdb|esdb\+discover):\/\/(?:(?<user>[^@]*)@)?(?<hosts>[^@/?]+)\/?(?:\?(?<options>.*))?$/;
const HOST = /^[A-Za-z0-9._-]+$/;
const DEFAULT_PORT = 2113;
const MAX_PORT = 65_535;

const endpointOf = (host: string): EndPoint => {
  const [address = '', port = String(DEFAULT_PORT), ...rest] = host.trim().split(':');
  const number = Number(port);
  if (!HOST.test(address) || rest.length > 0 || !/^\d+$/.test(port) || number < 1 || number > MAX_PORT)
    throw new ConnectionStringError('a host must be written as name:port');
  return { address, port: number };
};

const decoded = (value: string): string => {
  try {
    return decodeURIComponent(value);
  } catch {
    throw new ConnectionStringError('a percent sign must begin a percent-encoded character');
  }
};

const credentialsOf = (user: string) => {
  const [username = '', password = '', ...rest] = user.split(':');
  if (username === '' || password === '' || rest.length > 0)
    throw new ConnectionStringError('credentials must be written as name:password, both percent-encoded');
  return { username: decoded(username), password: decoded(password) };
};

const integer = (value: string, name: string): number => {
  if (!/^-?\d+$/.test(value)) throw new ConnectionStringError(`${name} must be a whole number`);
  return Number(value);
};

const boolean = (value: string, name: string): boolean => {
  if (value !== 'true' && value !== 'false') throw new ConnectionStringError(`${name} must be true or false`);
  return value === 'true';
};

/** Options are known by their letters alone, as the client takes them: `tlsCAFile`, `tls-ca-file`. */
const plain = (name: string): string => name.trim().toLowerCase().replace(/[_-]/g, '');

type Reading = (value: string) => Partial<ConnectionString>;

const number =
  (name: keyof ConnectionString['options']): Reading =>
  value => ({ options: { [name]: integer(value, name) } });

const nothing: Reading = () => ({});

const OPTIONS: Readonly<Record<string, Reading>> = {
  tls: value => ({ tls: boolean(value, 'tls') }),
  tlsverifycert: value => ({ verifiesCertificates: boolean(value, 'tlsVerifyCert') }),
  tlscafile: value => ({ tlsCaFile: decoded(value) }),
  usercertfile: value => ({ userCertFile: decoded(value) }),
  userkeyfile: value => ({ userKeyFile: decoded(value) }),
  connectionname: value => ({ options: { connectionName: decoded(value) } }),
  maxdiscoverattempts: number('maxDiscoverAttempts'),
  discoveryinterval: number('discoveryInterval'),
  gossiptimeout: number('gossipTimeout'),
  keepaliveinterval: number('keepAliveInterval'),
  keepalivetimeout: number('keepAliveTimeout'),
  // Valid, and without effect: every call goes to the leader, has a time-out of the store, and tells conflicts as values.
  nodepreference: nothing,
  defaultdeadline: nothing,
  throwonappendfailure: nothing,
};

const optionOf = (pair: string): Partial<ConnectionString> => {
  const [name = '', value, ...rest] = pair.split('=');
  if (value === undefined || value === '' || rest.length > 0)
    throw new ConnectionStringError('options must be written as name=value');
  const reading = OPTIONS[plain(name)];
  // The client would print the whole string, password included, as a warning, and go on without the option.
  if (reading === undefined) throw new ConnectionStringError('it has an option that the client does not know');
  return reading(value.trim());
};

/** What is set here and means something else than it seems to. */
const assertMeant = (connection: ConnectionString): void => {
  const { credentials, tls, verifiesCertificates, userCertFile, userKeyFile } = connection;
  if (credentials && !tls)
    throw new ConnectionStringError('credentials are never sent without TLS: remove them, or tls=false');
  if (tls && !verifiesCertificates)
    throw new ConnectionStringError('certificates are always verified: name your authority by tlsCAFile instead');
  if ((userCertFile === undefined) !== (userKeyFile === undefined))
    throw new ConnectionStringError('userCertFile and userKeyFile belong together');
};

/**
 * `esdb://[name:password@]host[:port][,…][?option=value&…]` or `esdb+discover://…`, as the client takes it; except that
 * what the client would drop or change without a word is refused here. Throws `ConnectionStringError`.
 */
export const parseConnectionString = (text: string): ConnectionString => {
  const parts = SHAPE.exec(text.trim())?.groups;
  if (parts?.hosts === undefined) throw new ConnectionStringError('it must begin like esdb://host:port');
  const hosts = parts.hosts.split(',').map(endpointOf);
  const isDnsName = parts.scheme === 'esdb+discover';
  if (isDnsName && hosts.length > 1) throw new ConnectionStringError('esdb+discover takes one name');
  let connection: ConnectionString = {
    tls: true,
    verifiesCertificates: true,
    isDnsName,
    isCluster: isDnsName || hosts.length > 1,
    hosts,
    options: {},
    ...(parts.user !== undefined && { credentials: credentialsOf(parts.user) }),
  };
  for (const pair of parts.options?.split('&') ?? []) {
    const read = optionOf(pair);
    connection = { ...connection, ...read, options: { ...connection.options, ...read.options } };
  }
  assertMeant(connection);
  return connection;
};
