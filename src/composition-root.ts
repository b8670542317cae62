import 'reflect-metadata';
import { createSecretKey, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { Container, type ServiceIdentifier } from 'inversify';
import pino, { type Logger } from 'pino';
import { createDevelopmentOutbox, type DevelopmentOutbox } from './adapters/development/development-outbox.ts';
import { createMovableClock, type MovableClock } from './adapters/development/movable-clock.ts';
import { withSample } from './adapters/development/sample-directory.ts';
import { createEicarScanner } from './adapters/files/eicar-scanner.ts';
import { createFileInspector } from './adapters/files/file-inspector.ts';
import { createPdfProofWriter } from './adapters/files/pdf-proof-writer.ts';
import { createFilesystemContentStore } from './adapters/filesystem/filesystem-content-store.ts';
import { createHttpMessenger } from './adapters/gateway/http-messenger.ts';
import type { HttpDeps } from './adapters/http/app.ts';
import { createAuthenticator } from './adapters/http/authentication.ts';
import { createCursors } from './adapters/http/cursors.ts';
import { createLimits } from './adapters/http/limits.ts';
import { ProblemError } from './adapters/http/problems.ts';
import { createRequestNames } from './adapters/http/request-names.ts';
import type { Route } from './adapters/http/route.ts';
import { accessRoutes } from './adapters/http/routes/access.ts';
import { delegationRoutes } from './adapters/http/routes/delegations.ts';
import { developmentRoutes } from './adapters/http/routes/development.ts';
import { directoryRoutes } from './adapters/http/routes/directory.ts';
import { documentChangeRoutes } from './adapters/http/routes/document-changes.ts';
import { documentationRoutes } from './adapters/http/routes/documentation.ts';
import { documentRoutes } from './adapters/http/routes/documents.ts';
import { enrolmentRoutes } from './adapters/http/routes/enrolment.ts';
import { espaceRoutes } from './adapters/http/routes/espaces.ts';
import { explanationRoutes } from './adapters/http/routes/explanations.ts';
import { fundRoutes } from './adapters/http/routes/fund.ts';
import { guardianshipRoutes } from './adapters/http/routes/guardianships.ts';
import { invitationRoutes } from './adapters/http/routes/invitations.ts';
import { journalRoutes } from './adapters/http/routes/journal.ts';
import { operationRoutes } from './adapters/http/routes/operations.ts';
import { portabilityRoutes } from './adapters/http/routes/portability.ts';
import { professionalIdentityRoutes } from './adapters/http/routes/professional-identity.ts';
import { sessionRoutes } from './adapters/http/routes/sessions.ts';
import { supportCaseRoutes } from './adapters/http/routes/support-cases.ts';
import { supportTicketRoutes } from './adapters/http/routes/support-tickets.ts';
import { ticketRoutes } from './adapters/http/routes/tickets.ts';
import { createSupportCases } from './adapters/http/support-cases.ts';
import { createUploads } from './adapters/http/uploads.ts';
import { createArgon2PasswordHasher } from './adapters/identity/argon2-password-hasher.ts';
import { createDerivedCodes } from './adapters/identity/derived-codes.ts';
import {
  createDevelopmentIssuer,
  type DevelopmentIssuer,
  NO_TEST_PROFESSIONALS,
} from './adapters/identity/development-issuer.ts';
import { createHmacKeyedHash } from './adapters/identity/hmac-keyed-hash.ts';
import type { IssuerKeys } from './adapters/identity/issuer-keys.ts';
import { createJwtTokenIssuer } from './adapters/identity/jwt-token-issuer.ts';
import { createOpenIdProfessionalVerifier } from './adapters/identity/openid-professional-verifier.ts';
import { subSecret } from './adapters/identity/secrets.ts';
import { createStaffVerifier, nobodyIsStaff } from './adapters/identity/staff-token-verifier.ts';
import { createSteadyPace } from './adapters/identity/steady-pace.ts';
import { systemRandom } from './adapters/identity/system-random.ts';
import { cachingTokenIssuer, cachingVerifier } from './adapters/identity/verified-token-cache.ts';
import { createMemoryContentStore } from './adapters/memory/memory-content-store.ts';
import { createMemoryDirectory } from './adapters/memory/memory-directory.ts';
import { createMemoryKeyVault } from './adapters/memory/memory-key-vault.ts';
import { createMetrics, type Metrics } from './adapters/metrics.ts';
import { sealing } from './adapters/sealing/sealing.ts';
import { createSqliteDirectory } from './adapters/sqlite/directory/sqlite-directory.ts';
import type { Projections } from './adapters/sqlite/projections.ts';
import { createSqliteKeyVault } from './adapters/sqlite/sqlite-key-vault.ts';
import { systemClock } from './adapters/system-clock.ts';
import { measuring } from './adapters/wrappers/measuring.ts';
import { type Upcaster, upcasting } from './adapters/wrappers/upcasting.ts';
import { createAttachments } from './application/delegation/attachments.ts';
import { createAttestations } from './application/delegation/attestations.ts';
import { standingOf } from './application/delegation/delegates.ts';
import { authenticateEnrolment } from './application/enrolment/contacts.ts';
import type { IdentifyDeps } from './application/enrolment/identify.ts';
import { createEnrolmentLimits } from './application/enrolment/limits.ts';
import { findPerson, isCardOf } from './application/enrolment/persons.ts';
import { createIdentityStreams, type IdentityStreams } from './application/enrolment/streams.ts';
import { createErasure } from './application/erase.ts';
import { createEspaces } from './application/espaces.ts';
import type { ImportDeps } from './application/import/import-insured.ts';
import { createLiveJournal } from './application/live-journal.ts';
import { createContentKeeper } from './application/reactors/content-keeper.ts';
import { announcementDeadlines } from './application/reactors/deadline-rules/announcement.ts';
import { delegationDeadlines } from './application/reactors/deadline-rules/delegation.ts';
import { lifeDeadlines } from './application/reactors/deadline-rules/life.ts';
import { createDeadlineKeeper, type DeadlineKeeper } from './application/reactors/deadlines.ts';
import { createNotices } from './application/reactors/notices.ts';
import type { Reactor } from './application/reactors/reactor.ts';
import { createSetAside } from './application/reactors/set-aside.ts';
import { createRecords, type Records } from './application/records.ts';
import { confirmPassword } from './application/sign-in/confirm-password.ts';
import { createRecoveryLimits, type RecoveryDeps } from './application/sign-in/recovery.ts';
import { authenticate } from './application/sign-in/sessions.ts';
import { createSignInLimit, type SignInDeps } from './application/sign-in/sign-in.ts';
import { openReport } from './application/tickets/report-access.ts';
import { createTicketQueueKeeper } from './application/tickets/ticket-queue.ts';
import { createTickets, type Tickets } from './application/tickets/tickets.ts';
import type { Config } from './config.ts';
import { MAX_ATTACHMENT_BYTES } from './domain/ticket/ticket.ts';
import { describeFault } from './faults.ts';
import { professionalSettings, staffSettings } from './issuers.ts';
import type { Clock } from './ports/clock.ts';
import type { ContentStore } from './ports/content-store.ts';
import type { Directory } from './ports/directory.ts';
import type { EventStore, StreamName } from './ports/event-store.ts';
import type { KeyVault } from './ports/key-vault.ts';
import type { Messenger } from './ports/messenger.ts';
import type { Turns } from './ports/turns.ts';
import { directoryFileOf, openLog, openProjectionsOf, turnsOf } from './stores.ts';

/** Everything is found by its token, made by a factory, and made once. Nothing outside this file knows the container. */
const token = <T>(name: string): ServiceIdentifier<T> => Symbol.for(name) as ServiceIdentifier<T>;

export const TOKENS = {
  config: token<Config>('config'),
  log: token<Logger>('log'),
  metrics: token<Metrics>('metrics'),
  clock: token<Clock>('clock'),
  keys: token<KeyVault>('keys'),
  /** The log as it is at rest, below the seal. */
  sealedLog: token<EventStore>('sealed log'),
  store: token<EventStore>('store'),
  contents: token<ContentStore>('contents'),
  projections: token<Projections>('projections'),
  directory: token<Directory>('directory'),
  turns: token<Turns>('turns'),
  messenger: token<Messenger>('messenger'),
  streams: token<IdentityStreams>('streams'),
  records: token<Records>('records'),
  identity: token<IdentifyDeps & SignInDeps & RecoveryDeps & Pick<ImportDeps, 'records' | 'attachments'>>('identity'),
  notices: token<ReturnType<typeof createNotices>>('notices'),
  contentKeeper: token<Reactor>('content keeper'),
  deadlines: token<DeadlineKeeper>('deadlines'),
  tickets: token<Tickets>('tickets'),
  ticketQueue: token<Reactor>('ticket queue'),
  stop: token<AbortController>('stop'),
  http: token<HttpDeps>('http'),
};

/** On a cluster, of one busy espace: about twice what another node needs to read and append. */
const PAUSE_BETWEEN_BATCHES_MS = 8;

/** Lines are written some 25 at a time, each of them within a second: a write of its own for each wakes a thread. */
const LOG_DESTINATION = { sync: false, minLength: 4_096, periodicFlush: 1_000 };

/** Tasks that fill their own time do not give away what they did: answers about identities take at least this long. */
const STEADY_MS = 150;

/** By the old type's name; none was ever released in another shape. */
const UPCASTERS: Readonly<Record<string, Upcaster>> = {};

/** Whose key seals an event: the person a stream is named after, or the owner that a claim names. */
const keyIdOf = (stream: StreamName, data: { readonly owner?: unknown }): string =>
  /^(?:ins|login|challenge)-/.test(stream) ? String(data.owner) : stream.slice(stream.indexOf('-') + 1);

/** The application, put together but not yet running: each part by its token. */
export type Composition = {
  readonly get: <T>(of: ServiceIdentifier<T>) => T;
  /** The front, whose issuer of test tokens needs a moment. */
  readonly http: () => Promise<HttpDeps>;
};

export const compose = (config: Config): Composition => {
  const container = new Container({ defaultScope: 'Singleton' });
  const bind = <T>(identifier: ServiceIdentifier<T>, make: (get: <D>(of: ServiceIdentifier<D>) => D) => T): void => {
    container.bind(identifier).toDynamicValue(context => make(of => context.get(of)));
  };
  const keyFor = (purpose: string): KeyObject => createSecretKey(subSecret(config.masterSecret, purpose));
  const inFolder = (name: string): string => join(config.dataFolder, name);

  bind(TOKENS.config, () => config);
  bind(TOKENS.stop, () => new AbortController());
  bind(TOKENS.log, () => pino({ level: config.logLevel, base: null }, pino.destination(LOG_DESTINATION)));
  bind(TOKENS.metrics, createMetrics);
  bind(TOKENS.clock, () => (config.production ? systemClock : createMovableClock()));
  const forgets = config.eventStore.kind === 'memory';
  bind(TOKENS.keys, () =>
    forgets
      ? createMemoryKeyVault()
      : createSqliteKeyVault({ file: inFolder('keys.db'), masterKey: keyFor('key vault') }),
  );
  bind(TOKENS.sealedLog, () => openLog(config));
  bind(TOKENS.store, get => {
    const opened = sealing(get(TOKENS.sealedLog), get(TOKENS.keys), keyIdOf);
    return measuring(upcasting(opened, UPCASTERS), get(TOKENS.metrics).storeOperation);
  });
  bind(TOKENS.contents, get => {
    const shared = { keys: get(TOKENS.keys), now: () => get(TOKENS.clock).now() };
    return forgets
      ? createMemoryContentStore(shared)
      : createFilesystemContentStore({ ...shared, folder: inFolder('contents') });
  });
  bind(TOKENS.projections, () => openProjectionsOf(config));
  bind(TOKENS.turns, get => turnsOf(config, get(TOKENS.sealedLog), get(TOKENS.projections)));
  bind(TOKENS.directory, () => {
    const imported = createSqliteDirectory({ file: directoryFileOf(config) });
    return config.professionals.kind === 'development' ? withSample(imported, createMemoryDirectory()) : imported;
  });
  bind(TOKENS.messenger, () =>
    config.messenger.kind === 'gateway' ? createHttpMessenger(config.messenger) : createDevelopmentOutbox(),
  );

  bind(TOKENS.streams, get => createIdentityStreams({ store: get(TOKENS.store), clock: get(TOKENS.clock) }));
  bind(TOKENS.records, get =>
    createRecords({
      store: get(TOKENS.store),
      clock: get(TOKENS.clock),
      ...(config.eventStore.kind === 'eventstoredb' ? { pauseMs: PAUSE_BETWEEN_BATCHES_MS } : {}),
    }),
  );
  bind(TOKENS.identity, get => ({
    streams: get(TOKENS.streams),
    espaces: createEspaces(get(TOKENS.records)),
    records: get(TOKENS.records),
    attachments: createAttachments({
      store: get(TOKENS.store),
      clock: get(TOKENS.clock),
      records: get(TOKENS.records),
    }),
    hash: createHmacKeyedHash(subSecret(config.masterSecret, 'subjects')),
    codes: createDerivedCodes(subSecret(config.masterSecret, 'codes')),
    tokens: cachingTokenIssuer(createJwtTokenIssuer(subSecret(config.masterSecret, 'tokens'))),
    passwords: createArgon2PasswordHasher({ random: systemRandom }),
    limits: createEnrolmentLimits(),
    limit: createSignInLimit(),
    recoveryLimits: createRecoveryLimits(),
    pace: createSteadyPace(STEADY_MS),
    clock: get(TOKENS.clock),
    random: systemRandom,
  }));

  const onFailure =
    (get: <D>(of: ServiceIdentifier<D>) => D) =>
    (reactor: string, error: unknown): void => {
      get(TOKENS.metrics).failure(reactor);
      get(TOKENS.log).error({ reactor, fault: describeFault(error) }, 'a reactor failed and will try again');
    };
  bind(TOKENS.notices, get => {
    const kept = { log: get(TOKENS.sealedLog), clock: get(TOKENS.clock), random: systemRandom };
    const setAside = (reactor: string) => createSetAside(kept, reactor);
    return createNotices({
      store: get(TOKENS.store),
      streams: get(TOKENS.streams),
      records: get(TOKENS.records),
      codes: get(TOKENS.identity).codes,
      messenger: get(TOKENS.messenger),
      // The development outbox forgets with the process, so it is filled anew from the beginning.
      progress:
        config.messenger.kind === 'gateway' ? { turns: get(TOKENS.turns), setAside, clock: get(TOKENS.clock) } : null,
      onFailure: onFailure(get),
    });
  });
  bind(TOKENS.contentKeeper, get =>
    createContentKeeper({
      store: get(TOKENS.store),
      contents: get(TOKENS.contents),
      turns: get(TOKENS.turns),
      onFailure: onFailure(get),
    }),
  );
  bind(TOKENS.deadlines, get =>
    createDeadlineKeeper({
      store: get(TOKENS.store),
      deadlines: get(TOKENS.projections).deadlines,
      rules: [
        announcementDeadlines(get(TOKENS.records)),
        lifeDeadlines({ records: get(TOKENS.records), erase: erasureOf(config, get) }),
        delegationDeadlines(get(TOKENS.records)),
      ],
      clock: get(TOKENS.clock),
      onFailure: onFailure(get),
    }),
  );

  bind(TOKENS.tickets, get => createTickets({ store: get(TOKENS.store), clock: get(TOKENS.clock) }));
  bind(TOKENS.ticketQueue, get =>
    createTicketQueueKeeper({
      store: get(TOKENS.store),
      tickets: get(TOKENS.tickets),
      queue: get(TOKENS.projections).tickets,
      onFailure: onFailure(get),
    }),
  );

  container.bind(TOKENS.http).toDynamicValue(async context => {
    const get = <D>(of: ServiceIdentifier<D>): D => context.get(of);
    const identity = get(TOKENS.identity);
    const issuer =
      config.professionals.kind === 'development' || config.staff.kind === 'development'
        ? await createDevelopmentIssuer({ master: config.masterSecret, clock: get(TOKENS.clock) })
        : null;
    const staff = staffSettings(config, issuer);
    const professionals = professionalSettings(config, issuer);
    const issuerKeys: NamedKeys = [
      ['professional keys', professionals.keys],
      ...(staff === null ? [] : ([['staff keys', staff.keys]] as const)),
    ];
    // Nobody waits for them: a start must not depend on others.
    for (const [, keys] of issuerKeys) void keys.prepare(get(TOKENS.clock).now());
    return {
      routes: routesOf(config, get, onFailure(get), issuer, issuerKeys),
      authenticator: createAuthenticator({
        professionals: cachingVerifier(createOpenIdProfessionalVerifier(professionals), professionals.keys.edition),
        professionalIssuer: professionals.issuer,
        staff: staff === null ? nobodyIsStaff : cachingVerifier(createStaffVerifier(staff), staff.keys.edition),
        staffIssuer: staff?.issuer ?? null,
        holders: accessToken => authenticate(identity, accessToken),
        enrolling: enrolmentToken => authenticateEnrolment(identity, enrolmentToken),
        clock: get(TOKENS.clock),
      }),
      standingOf: (person, espace) => standingOf(identity, person, espace),
      names: createRequestNames(keyFor('request names')),
      trustProxy: config.trustProxy,
      limits: createLimits(config.anonymousRequestsPerMinute),
      observe: observed => {
        get(TOKENS.metrics).request(observed);
        get(TOKENS.log).info(observed);
      },
      onFault: (requestId, error) => get(TOKENS.log).error({ requestId, fault: describeFault(error) }, 'fault'),
    };
  });
  return { get: of => container.get(of), http: () => container.getAsync(TOKENS.http) };
};

/** Keys of those who say who somebody is, each by what `/readyz` calls them. */
type NamedKeys = readonly (readonly ['professional keys' | 'staff keys', IssuerKeys])[];

const erasureOf = (config: Config, get: <D>(of: ServiceIdentifier<D>) => D) =>
  createErasure({
    records: get(TOKENS.records),
    attachments: get(TOKENS.identity).attachments,
    store: get(TOKENS.store),
    streams: get(TOKENS.streams),
    hash: get(TOKENS.identity).hash,
    contents: get(TOKENS.contents),
    tickets: get(TOKENS.tickets),
    keys: get(TOKENS.keys),
    deadlines: get(TOKENS.projections).deadlines,
    messenger: get(TOKENS.messenger),
    forgetMessages(addresses) {
      if (config.messenger.kind === 'outbox') (get(TOKENS.messenger) as DevelopmentOutbox).forget(addresses);
    },
  });

const routesOf = (
  config: Config,
  get: <D>(of: ServiceIdentifier<D>) => D,
  onFailure: (reactor: string, error: unknown) => void,
  issuer: DevelopmentIssuer | null,
  issuerKeys: NamedKeys,
): readonly Route[] => {
  const store = get(TOKENS.store);
  const records = get(TOKENS.records);
  const contents = get(TOKENS.contents);
  const identity = get(TOKENS.identity);
  const findByIns = (matricule: string) => findPerson(identity, matricule);
  const { codes, letters } = get(TOKENS.notices);
  const deadlines = get(TOKENS.deadlines);
  const tickets = get(TOKENS.tickets);
  const now = () => get(TOKENS.clock).now();
  const { signal } = get(TOKENS.stop);
  const cursors = createCursors(createSecretKey(subSecret(config.masterSecret, 'cursors')));
  const inspector = createFileInspector({ scanner: createEicarScanner() });
  const proofs = createPdfProofWriter();
  const attestations = createAttestations({ records, contents, proofs, random: systemRandom });
  const routes: readonly Route[] = [
    ...enrolmentRoutes({ ...identity, records, proofs }),
    ...sessionRoutes({ ...identity, records }),
    ...espaceRoutes({
      records,
      streams: identity.streams,
      now,
      findByIns,
      async confirmPassword(personId, password, request) {
        const confirmed = await confirmPassword(identity, personId, { password, what: 'CLOSURE' }, request);
        if (confirmed !== 'confirmed') throw new ProblemError(confirmed);
      },
    }),
    ...portabilityRoutes({ records, contents, store }),
    ...documentRoutes({
      records,
      contents,
      uploads: createUploads({ contents, inspector }),
      cursors,
      now,
    }),
    ...documentChangeRoutes({ records }),
    ...accessRoutes({
      records,
      isCardOf: (personId, serial) => isCardOf(identity, personId, serial, get(TOKENS.clock).now()),
    }),
    ...explanationRoutes({ records }),
    ...delegationRoutes({ ...identity, attestations }),
    ...invitationRoutes({ ...identity, attestations, proofs, now }),
    ...guardianshipRoutes(identity),
    ...journalRoutes({
      records,
      store,
      cursors,
      live: createLiveJournal({ store, signal, onFailure }),
      stopping: signal,
      now,
      openReport: (reporter, report, request) => openReport({ tickets, records }, reporter, report, request),
    }),
    ...ticketRoutes({
      ...identity,
      tickets,
      store,
      contents,
      uploads: createUploads({ contents, inspector, maxBytes: MAX_ATTACHMENT_BYTES }),
      cursors,
      now,
    }),
    ...supportCaseRoutes({
      ...identity,
      records,
      cases: createSupportCases(cursors),
      findByIns,
      now,
    }),
    ...fundRoutes({ ...identity, findByIns }),
    ...supportTicketRoutes({ records, tickets, queue: get(TOKENS.projections).tickets, contents, cursors }),
    ...directoryRoutes({ directory: get(TOKENS.directory), cursors }),
    ...operationRoutes({
      async notReady() {
        // An append of nothing: on SQLite it goes all the way to the thread that commits, on a cluster it is a read.
        const canAppend = await store.appendToStream('ready-probe', 0, []).then(
          ({ ok }) => ok,
          () => false,
        );
        const behind = [codes, letters, deadlines.reactor, get(TOKENS.contentKeeper), get(TOKENS.ticketQueue)].filter(
          ({ isCaughtUp }) => !isCaughtUp(),
        );
        return [...(canAppend ? [] : ['event store']), ...behind.map(({ name }) => name)];
      },
      degraded() {
        const away = issuerKeys.filter(([, keys]) => !keys.isReachable());
        // Where nobody comes with a token of theirs, nobody else would find out that they are there again.
        for (const [, keys] of away) void keys.prepare(get(TOKENS.clock).now());
        return away.map(([name]) => name);
      },
      metrics: () => get(TOKENS.metrics).text(),
    }),
    ...professionalIdentityRoutes(),
    ...(config.production || config.messenger.kind !== 'outbox'
      ? []
      : developmentRoutes({
          outbox: get(TOKENS.messenger) as DevelopmentOutbox,
          issuer: issuer ?? NO_TEST_PROFESSIONALS,
          clock: get(TOKENS.clock) as MovableClock,
          settled: async () => void (await Promise.all([codes.settled(), letters.settled()])),
          async carryOutDeadlines() {
            await deadlines.reactor.settled();
            return deadlines.carryOut();
          },
        })),
    ...documentationRoutes(() => routes),
  ];
  return routes;
};
