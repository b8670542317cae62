import { createArgon2PasswordHasher } from '../../src/adapters/identity/argon2-password-hasher.ts';
import { createDerivedCodes } from '../../src/adapters/identity/derived-codes.ts';
import { createHmacKeyedHash } from '../../src/adapters/identity/hmac-keyed-hash.ts';
import { createJwtTokenIssuer } from '../../src/adapters/identity/jwt-token-issuer.ts';
import { subSecret } from '../../src/adapters/identity/secrets.ts';
import { createMemoryEventStore } from '../../src/adapters/memory/memory-event-store.ts';
import { createAttachments } from '../../src/application/delegation/attachments.ts';
import type { Espaces } from '../../src/application/enrolment/espaces.ts';
import { createEnrolmentLimits } from '../../src/application/enrolment/limits.ts';
import { createIdentityStreams } from '../../src/application/enrolment/streams.ts';
import { createEspaces } from '../../src/application/espaces.ts';
import { importInsured, type ReadLine } from '../../src/application/import/import-insured.ts';
import { createRecords } from '../../src/application/records.ts';
import { createRecoveryLimits } from '../../src/application/sign-in/recovery.ts';
import { createSignInLimit } from '../../src/application/sign-in/sign-in.ts';
import type { Request } from '../../src/application/stream-handler.ts';
import type { Person } from '../../src/domain/enrolment/person.ts';
import { plusMs } from '../../src/domain/shared/time.ts';
import type { EventStore, RecordedEvent } from '../../src/ports/event-store.ts';
import type { PasswordHasher } from '../../src/ports/password-hasher.ts';
import { createFakeRandom } from './fake-random.ts';
import { testPerson } from './identities.ts';

export const PASSWORD = 'Nuage#Gris-42';
export const LOGIN = 'pommier.mauve';

let worlds = 0;

/** All of enrolment and sign-in over an event store in memory, with a clock that stands still until it is moved. */
export const createIdentityWorld = (
  options: { readonly store?: EventStore; readonly espaces?: (real: Espaces) => Espaces } = {},
) => {
  const store = options.store ?? createMemoryEventStore();
  worlds += 1;
  const random = createFakeRandom(`world ${worlds}`);
  let now = '2026-11-20T08:00:00.000Z';
  const clock = { now: () => now };
  const master = Buffer.alloc(32, 5);
  const hasher = createArgon2PasswordHasher({ random, parameters: { memory: 8, passes: 1, parallelism: 1 } });
  const worked: string[] = [];
  const passwords: PasswordHasher = {
    hash: hasher.hash,
    verify: (...asked) => {
      worked.push('verify');
      return hasher.verify(...asked);
    },
    verifyForNobody: password => {
      worked.push('verify for nobody');
      return hasher.verifyForNobody(password);
    },
  };
  let paced = 0;

  /** Everything that a process keeps in memory, anew over the same store: what a restart leaves. */
  const start = () => {
    const records = createRecords({ store, clock });
    const real = createEspaces(records);
    return {
      records,
      attachments: createAttachments({ store, clock, records }),
      streams: createIdentityStreams({ store, clock }),
      espaces: options.espaces?.(real) ?? real,
      hash: createHmacKeyedHash(subSecret(master, 'lookup')),
      codes: createDerivedCodes(subSecret(master, 'codes')),
      tokens: createJwtTokenIssuer(subSecret(master, 'tokens')),
      limits: createEnrolmentLimits(),
      limit: createSignInLimit(),
      recoveryLimits: createRecoveryLimits(),
      passwords,
      random,
      clock,
      pace: <T>(work: () => Promise<T>): Promise<T> => {
        paced += 1;
        return work();
      },
    };
  };
  type Deps = ReturnType<typeof start>;

  const log = async (): Promise<readonly RecordedEvent[]> => {
    const abort = new AbortController();
    const events: RecordedEvent[] = [];
    for await (const delivery of store.subscribe({ after: null, signal: abort.signal })) {
      if (delivery.kind === 'caught-up') break;
      if (delivery.kind === 'event') events.push(delivery.event);
    }
    abort.abort();
    return events;
  };

  return {
    store,
    deps: start(),
    restart: start,
    clock,
    wait(ms: number): void {
      now = plusMs(now, ms);
    },
    worked,
    paced: () => paced,
    /** All events, in the order of the log. */
    log,
    types: async (): Promise<string[]> => (await log()).map(({ type }) => type),
    /** The code that was sent last by an event of this type. */
    async codeSent(
      type:
        | 'InvitationIssued'
        | 'IdentificationCodeIssued'
        | 'ContactChangeRequested'
        | 'MemberContactRequested'
        | 'SignInChallenged'
        | 'PasswordResetRequested',
    ) {
      const event = (await log()).findLast(each => each.type === type);
      const kinds = {
        InvitationIssued: 'invitation',
        IdentificationCodeIssued: 'identification',
        ContactChangeRequested: 'contact',
        MemberContactRequested: 'contact',
        SignInChallenged: 'sign-in',
        PasswordResetRequested: 'password-reset',
      } as const;
      return start().codes.codeFor(kinds[type], String(event?.data.codeId));
    },
    import: (deps: Deps, ...persons: readonly Person[]) =>
      importInsured(deps, linesOf(persons), { production: false, invite: true, onRefused: () => {} }),
  };
};

export type IdentityWorld = ReturnType<typeof createIdentityWorld>;

async function* linesOf(persons: readonly Person[]): AsyncGenerator<ReadLine> {
  for (const [index, person] of persons.entries()) {
    const { ins, birthName, firstNames, birthDate, sex, contacts, vitaleSerials, parents } = person;
    yield {
      line: index + 2,
      cells: {
        nir: ins.value,
        oid: ins.oid,
        birthName,
        firstNames,
        birthDate,
        sex,
        vitaleSerial: vitaleSerials[0] ?? '',
        vitaleSerial2: vitaleSerials[1] ?? '',
        email: contacts.email ?? '',
        mobile: contacts.mobile ?? '',
        postalAddress: contacts.postalAddress ?? '',
        parentNirs: parents.join(' '),
      },
    };
  }
}

let requests = 0;

/** A request of its own; with `key`, one that can be repeated (version 5), as from an Idempotency-Key. */
export const aRequest = (key?: string, fingerprint = 'body'): Request => {
  requests += 1;
  const hex = (key === undefined ? `${requests}` : Buffer.from(key).toString('hex')).padStart(12, '0').slice(-12);
  return { id: `00000000-0000-${key === undefined ? 4 : 5}000-8000-${hex}`, fingerprint };
};

export const NIR = testPerson().ins.value;
