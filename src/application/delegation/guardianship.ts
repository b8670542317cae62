import type { AttachmentRefusal } from '../../domain/delegation/attachments.ts';
import { type Delegation, type DelegationId, statusAt } from '../../domain/delegation/delegation.ts';
import { isMinor, type Person } from '../../domain/enrolment/person.ts';
import type { PersonId, Staff } from '../../domain/shared/actor.ts';
import type { Instant } from '../../domain/shared/time.ts';
import type { KeyedHash } from '../../ports/keyed-hash.ts';
import { stepOf } from '../enrolment/outcome.ts';
import { findPerson } from '../enrolment/persons.ts';
import type { IdentityStreams } from '../enrolment/streams.ts';
import { derivedId } from '../ids.ts';
import type { Asked } from '../records.ts';
import type { Request } from '../stream-handler.ts';
import { askingFor, type DelegatesDeps, delegationOf, hasTraits, shortName, type Traits } from './delegates.ts';

export type GuardianshipDeps = Omit<DelegatesDeps, 'streams'> & {
  readonly streams: Pick<IdentityStreams, 'enrolments' | 'ins'>;
  readonly hash: KeyedHash;
};

export type DeclaredMeasure = Traits & {
  /** TUTELLE: the guardian represents the person. CURATELLE: the person decides, the curator is named and no more. */
  readonly measure: 'TUTELLE' | 'CURATELLE';
  readonly ins: string;
  /** Reference of the judgment. */
  readonly judgment: string;
  readonly from: Instant;
  readonly until: Instant | null;
};

export type Declared =
  | { readonly outcome: 'declared'; readonly delegation: Delegation }
  | Exclude<Asked, { outcome: 'permitted' }>
  | {
      readonly outcome: 'not-possible';
      readonly refusal: 'guardian-unknown' | 'guardian-not-able' | AttachmentRefusal;
    };

/** Software named in the trace of what the fund does. */
const FUND = 'assurance-maladie';

/**
 * Records what a judge decided about an adult, or about a minor whom no parent represents. The guardian must be known to the health insurance by INS and traits, so
 * that the right goes to the right person; a curator too, so that the right one is named.
 */
export const declareGuardianship = async (
  deps: GuardianshipDeps,
  by: Staff,
  espace: PersonId,
  measure: DeclaredMeasure,
  request: Request,
): Promise<Declared> => {
  const guardian = await findPerson(deps, measure.ins);
  const person = guardian === null ? null : (await deps.streams.enrolments.load(guardian)).state.person;
  if (guardian === null || person === null || !hasTraits(person, measure) || guardian === espace)
    return { outcome: 'not-possible', refusal: 'guardian-unknown' };
  if (!(await mayBeAppointed(deps, guardian, person))) return { outcome: 'not-possible', refusal: 'guardian-not-able' };
  const represents = measure.measure === 'TUTELLE';
  const delegationId = derivedId(request.id, `guardianship ${espace}`);
  if (represents) {
    const reserved = await deps.attachments.reserve(guardian, { delegationId, espace, relation: 'GUARDIAN' }, request);
    if (!reserved.ok)
      return reserved.refusal === 'stream-busy' || reserved.refusal === 'idempotency-key-reused'
        ? { outcome: reserved.refusal }
        : { outcome: 'not-possible', refusal: reserved.refusal };
  }
  const { judgment, from, until } = measure;
  const asked = await deps.records.ask(espace, request, askingFor(by, espace, FUND), {
    action: 'declare-guardianship',
    details: `measure=${measure.measure} judgment=${judgment}`,
    change: at => ({
      module: 'delegation',
      command: {
        type: 'declare-guardianship',
        at,
        by,
        delegationId,
        measure: measure.measure,
        delegate: represents ? guardian : null,
        name: shortName(person),
        judgment,
        from,
        until,
      },
    }),
  });
  const delegation = asked.outcome === 'permitted' ? delegationOf(asked.state, delegationId) : undefined;
  if (delegation) {
    // Whoever was their carer is so no more.
    for (const { id, espace: other, relation } of await deps.attachments.of(guardian))
      if (other === espace && relation === 'CARER')
        await deps.attachments.release(guardian, id, stepOf(request, `release ${id}`));
    return { outcome: 'declared', delegation };
  }
  if (asked.outcome === 'permitted') throw new Error('a measure was written down and is not there');
  if (represents && asked.outcome !== 'stream-busy') await deps.attachments.release(guardian, delegationId, request);
  return asked;
};

/** Of age, alive, and not under such a measure themself (articles 395 and 445 of the Code civil). */
const mayBeAppointed = async (
  { records, clock }: GuardianshipDeps,
  guardian: PersonId,
  { birthDate }: Person,
): Promise<boolean> => {
  const now = clock.now();
  const { espace, delegations } = (await records.load(guardian)).state;
  const isProtected = delegations.live.some(
    one => (one.relation === 'GUARDIAN' || one.relation === 'CURATOR') && statusAt(one, now) === 'ACCEPTED',
  );
  return !isMinor(birthDate, now) && !isProtected && espace.status !== 'deceased' && espace.status !== 'erased';
};

/** The measure was lifted, another guardian named, or a parent represents the child no more. */
export const endGuardianship = async (
  deps: Pick<GuardianshipDeps, 'records' | 'attachments'>,
  by: Staff,
  espace: PersonId,
  delegationId: DelegationId,
  request: Request,
): Promise<Asked> => {
  const asked = await deps.records.ask(espace, request, askingFor(by, espace, FUND), {
    action: 'end-guardianship',
    details: `delegation=${delegationId}`,
    change: at => ({ module: 'delegation', command: { type: 'end-guardianship', at, by, delegationId } }),
  });
  const delegate = asked.outcome === 'permitted' ? delegationOf(asked.state, delegationId)?.delegate : null;
  if (delegate) await deps.attachments.release(delegate, delegationId, request);
  return asked;
};
