import { type AccountEvent, decideAccount } from '../domain/account/account.ts';
import { decideLoginClaim } from '../domain/account/login-claim.ts';
import { decideEnrolment, type EnrolmentEvent } from '../domain/enrolment/enrolment.ts';
import { decideInsClaim } from '../domain/enrolment/ins-claim.ts';
import type { RecordEvent } from '../domain/record/record.ts';
import type { PersonId } from '../domain/shared/actor.ts';
import type { ContentStore } from '../ports/content-store.ts';
import type { Deadlines } from '../ports/deadlines.ts';
import type { EventStore } from '../ports/event-store.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import type { KeyedHash } from '../ports/keyed-hash.ts';
import { MessageRefusedError, type Messenger } from '../ports/messenger.ts';
import type { Attachments } from './delegation/attachments.ts';
import { decided, type Outcome, stepOf } from './enrolment/outcome.ts';
import { insSubject, loginSubject } from './enrolment/persons.ts';
import type { IdentityStreams } from './enrolment/streams.ts';
import { derivedId } from './ids.ts';
import { holderAddress } from './reactors/holder-address.ts';
import type { Records } from './records.ts';
import type { Request } from './stream-handler.ts';
import { forgetTickets, type Tickets } from './tickets/tickets.ts';

export type EraseDeps = {
  readonly records: Pick<Records, 'load' | 'change'>;
  readonly attachments: Pick<Attachments, 'of' | 'release'>;
  readonly store: EventStore;
  readonly streams: Pick<IdentityStreams, 'enrolments' | 'accounts' | 'ins' | 'logins'>;
  readonly hash: KeyedHash;
  readonly contents: ContentStore;
  readonly tickets: Tickets;
  readonly keys: KeyVault;
  readonly deadlines: Pick<Deadlines, 'forget'>;
  readonly messenger: Messenger;
  /** Lets go of what was written to these addresses, where messages are kept. */
  readonly forgetMessages: (addresses: ReadonlySet<string>) => void;
};

/** Carries the erasure of a person through, once `Erased` stands in their stream; before, it does nothing. */
export type EraseFromEverywhere = (personId: PersonId, request: Request) => Promise<void>;

/**
 * Each step can be repeated, and what a step needs is taken away only by a later one: cut off anywhere, the whole is done
 * again from the start by the deadline that is still due. The key comes last of what all nodes share: as long as it is
 * there, what is left to do can be read. Each stream gets an event that empties it, so that no node goes on serving what
 * it has in memory. Rejects where a step could not be done now.
 */
export const createErasure =
  (deps: EraseDeps): EraseFromEverywhere =>
  async (personId, request) => {
    if ((await deps.records.load(personId)).state.espace.status !== 'erased') return;
    const history = (await deps.store.readStream(`espace-${personId}`)) as unknown as readonly RecordEvent[];
    await removeContents(deps, history);
    await sayGoodbye(deps, personId, history);
    done(await forgetTickets(deps, personId, request));
    await leaveOthers(deps, personId, request);
    await closeAccount(deps, personId, request);
    await forgetPerson(deps, personId, request);
    await deps.keys.destroy(personId);
    await deps.deadlines.forget(personId);
  };

/** What was deposited, deleted since or not. Once the key is destroyed there is nothing to read, and nothing left. */
const removeContents = async ({ contents }: EraseDeps, history: readonly RecordEvent[]): Promise<void> => {
  for (const event of history)
    if (event.type === 'DocumentDeposited' && 'content' in event.data)
      await contents.remove(event.data.content.contentId);
};

/** The person is told that it is done (not somebody who died), as the last thing that their address is used for. */
const sayGoodbye = async (deps: EraseDeps, personId: PersonId, history: readonly RecordEvent[]): Promise<void> => {
  deps.forgetMessages(await addressesOf(deps, personId));
  const { channel, to } = await holderAddress(deps.streams, personId);
  const erased = history.find(({ type }) => type === 'Erased');
  if (to === null || erased === undefined || history.some(({ type }) => type === 'ClosedAfterDeath')) return;
  await deps.messenger
    .send({ id: derivedId(personId, 'message erasure'), at: erased.at, kind: 'erasure', channel, to, ...ERASED })
    .catch(error => {
      // Nowhere to be reached by now: no reason to keep anything of them.
      if (!(error instanceof MessageRefusedError)) throw error;
    });
};

const ERASED = {
  subject: 'Mon espace santé est effacé',
  body: 'Votre espace, ses documents et votre compte sont effacés définitivement. Vous pourrez en demander un autre.',
};

/** Wherever they were ever written to: contacts of the fund, of the account, those that were replaced, those that never counted. */
const addressesOf = async ({ store }: EraseDeps, personId: PersonId): Promise<ReadonlySet<string>> => {
  const streams = (['espace', 'account', 'enrolment'] as const).map(kind => store.readStream(`${kind}-${personId}`));
  const readable = (await Promise.all(streams)).flat().filter(({ erased }) => !erased);
  const addresses = (readable as unknown as readonly PersonalEvent[]).flatMap(addressesIn);
  return new Set(addresses.filter(address => address !== null));
};

type PersonalEvent = RecordEvent | AccountEvent | EnrolmentEvent;

const addressesIn = (event: PersonalEvent): readonly (string | null)[] => {
  switch (event.type) {
    case 'PersonImported':
    case 'AccountOpened':
      return Object.values(event.data.contacts);
    case 'ContactChangeRequested':
    case 'ContactVerified':
    case 'ContactCorrectionRequested':
    case 'AccountContactCorrected':
    case 'MemberContactRequested':
      return [event.data.value];
    case 'MemberContactChanged':
      return [event.data.value, event.data.former];
    default:
      return [];
  }
};

const identityOf = async ({ streams }: EraseDeps, personId: PersonId) => ({
  account: (await streams.accounts.load(personId)).state,
  enrolment: (await streams.enrolments.load(personId)).state,
});

/** Whomever they acted for, or were asked to: it ends there, where their name stays in that person's own trail. */
const leaveOthers = async (deps: EraseDeps, personId: PersonId, request: Request): Promise<void> => {
  const by = { kind: 'system', name: 'erasure' } as const;
  for (const { id: delegationId, espace } of await deps.attachments.of(personId)) {
    const changed = await deps.records.change(espace, stepOf(request, `leave ${delegationId}`), at => ({
      module: 'delegation',
      command: { type: 'delegate-gone', at, by, delegationId },
    }));
    done({ ok: changed.ok || changed.refusal !== 'stream-busy' });
    await deps.attachments.release(personId, delegationId, stepOf(request, `release ${delegationId}`));
  }
};

/** The login first: once the account is closed, nobody knows it any more. */
const closeAccount = async (deps: EraseDeps, owner: PersonId, request: Request): Promise<void> => {
  const { credentials } = (await identityOf(deps, owner)).account;
  if (credentials === null) return;
  const { accounts, logins } = deps.streams;
  done(
    await logins.handle(loginSubject(deps.hash, credentials.login), stepOf(request, 'release login'), (state, at) =>
      decided(decideLoginClaim(state, { type: 'release', at, owner })),
    ),
  );
  done(
    await accounts.handle(owner, stepOf(request, 'close account'), (state, at) =>
      decided(decideAccount(state, { type: 'close-account', at })),
    ),
  );
};

/** The INS first, likewise. */
const forgetPerson = async (deps: EraseDeps, owner: PersonId, request: Request): Promise<void> => {
  const { person } = (await identityOf(deps, owner)).enrolment;
  if (person === null) return;
  const { ins, enrolments } = deps.streams;
  done(
    await ins.handle(insSubject(deps.hash, person.ins.value), stepOf(request, 'release INS'), (state, at) =>
      decided(decideInsClaim(state, { type: 'release', at, owner })),
    ),
  );
  done(
    await enrolments.handle(owner, stepOf(request, 'forget person'), (state, at) =>
      decided(decideEnrolment(state, { type: 'forget', at })),
    ),
  );
};

const done = (outcome: Pick<Outcome<object, never>, 'ok'>): void => {
  if (!outcome.ok) throw new Error('a stream of somebody who is erased is busy: the erasure stays due');
};
