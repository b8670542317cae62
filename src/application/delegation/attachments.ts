import {
  type AttachmentCommand,
  type AttachmentRefusal,
  type AttachmentsState,
  decideAttachments,
  evolveAttachments,
  initialAttachments,
} from '../../domain/delegation/attachments.ts';
import { type DelegationId, type Relation, statusAt } from '../../domain/delegation/delegation.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import type { Instant } from '../../domain/shared/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EventStore } from '../../ports/event-store.ts';
import { decided, type Outcome, stepOf } from '../enrolment/outcome.ts';
import type { Records } from '../records.ts';
import { createStreamHandler, type Request } from '../stream-handler.ts';

const CACHED_HELPERS = 10_000;

export type Attaching = { readonly delegationId: DelegationId; readonly espace: PersonId; readonly relation: Relation };
type Attached = Outcome<object, AttachmentRefusal>;

/** For whom one person acts, or is asked to. Each can be repeated with the same request. */
export interface Attachments {
  of(person: PersonId): Promise<AttachmentsState>;
  /** So that whoever is invited finds the invitation. */
  offer(person: PersonId, attaching: Attaching, request: Request): Promise<Attached>;
  /** Claims a place among those whom the person acts for. */
  reserve(person: PersonId, attaching: Attaching, request: Request): Promise<Attached>;
  release(person: PersonId, delegationId: DelegationId, request: Request): Promise<void>;
}

export const createAttachments = (deps: {
  readonly store: EventStore;
  readonly clock: Clock;
  readonly records: Records;
}): Attachments => {
  const { clock, records } = deps;
  const helpers = createStreamHandler({
    ...deps,
    kind: 'helper',
    initial: initialAttachments,
    evolve: evolveAttachments,
    erased: () => initialAttachments,
    cacheSize: CACHED_HELPERS,
  });
  type Asked = AttachmentCommand extends infer C ? (C extends unknown ? Omit<C, 'at'> : never) : never;

  const handle = async (person: PersonId, asked: Asked, request: Request): Promise<Attached> => {
    const handled = await helpers.handle(person, request, (state, at) =>
      decided(decideAttachments(state, { ...asked, at } as AttachmentCommand)),
    );
    if (!handled.ok) return handled;
    return handled.result.ok ? { ok: true } : handled.result;
  };

  /** Gives back what came to its end in the espace's own stream without anybody telling this one: terms, closures. */
  const giveBackEnded = async (person: PersonId, request: Request): Promise<void> => {
    const now = clock.now();
    for (const { id, espace, relation, reserved } of (await helpers.load(person)).state) {
      // A child whose parent was not known yet has no delegation so far: it waits here.
      if (relation === 'PARENT' && !reserved) continue;
      if (!(await isLive(records, person, espace, id, now)))
        await handle(person, { type: 'release', delegationId: id }, stepOf(request, `give back ${id}`));
    }
  };

  const attach = async (type: 'offer' | 'reserve', person: PersonId, attaching: Attaching, request: Request) => {
    const first = await handle(person, { type, ...attaching }, stepOf(request, `${type} ${attaching.delegationId}`));
    if (first.ok || !first.refusal.startsWith('too-many')) return first;
    await giveBackEnded(person, request);
    return handle(person, { type, ...attaching }, stepOf(request, `${type} ${attaching.delegationId} again`));
  };

  return {
    of: async person => (await helpers.load(person)).state,
    offer: (person, attaching, request) => attach('offer', person, attaching, request),
    reserve: (person, attaching, request) => attach('reserve', person, attaching, request),
    async release(person, delegationId, request) {
      await handle(person, { type: 'release', delegationId }, stepOf(request, `release ${delegationId}`));
    },
  };
};

const isLive = async (
  records: Records,
  person: PersonId,
  espace: PersonId,
  delegationId: DelegationId,
  now: Instant,
): Promise<boolean> => {
  const { delegations } = (await records.load(espace)).state;
  const one = delegations.live.find(({ id }) => id === delegationId);
  return one?.delegate === person && ['PENDING', 'ACCEPTED'].includes(statusAt(one, now));
};
