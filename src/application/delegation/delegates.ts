import type { Delegation } from '../../domain/delegation/delegation.ts';
import { actorKindOf, delegationInForce } from '../../domain/delegation/delegation.ts';
import type { Person } from '../../domain/enrolment/person.ts';
import type { EspaceStatus } from '../../domain/espace/espace.ts';
import type { RecordState } from '../../domain/record/state.ts';
import type { Actor, Delegate, PersonId } from '../../domain/shared/actor.ts';
import type { Instant } from '../../domain/shared/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { IdentityStreams } from '../enrolment/streams.ts';
import type { Asker, Records } from '../records.ts';
import type { Attachments } from './attachments.ts';

/** Software named in the trace of those who use our own front ends. */
export const OWN_FRONTEND = 'mon-espace-sante';

export type DelegatesDeps = {
  readonly records: Records;
  readonly attachments: Attachments;
  readonly streams: Pick<IdentityStreams, 'enrolments'>;
  readonly clock: Clock;
};

/** With the account of somebody who is dead, erased, or perhaps not who they say, nobody acts for others (decided). */
export const MAY_NOT_ACT: ReadonlySet<EspaceStatus> = new Set<EspaceStatus>(['deceased', 'erased', 'suspended']);

/** Whether this person may act for others at all. */
export const mayAct = async ({ records }: Pick<DelegatesDeps, 'records'>, person: PersonId): Promise<boolean> =>
  !MAY_NOT_ACT.has((await records.load(person)).state.espace.status);

/**
 * Of who acts for the person of this state, those who may act for nobody; as of a past day, `at`, those who might not then.
 * Of somebody who was erased since, nothing says so, and they are not among them (decided).
 */
export const idleDelegates = async (
  { records }: Pick<DelegatesDeps, 'records'>,
  { delegations }: Pick<RecordState, 'delegations'>,
  at: Instant | null,
): Promise<ReadonlySet<PersonId>> => {
  const delegates = new Set(delegations.live.flatMap(({ delegate }) => delegate ?? []));
  const isIdle = async (person: PersonId): Promise<boolean> => {
    const { status } = (at === null ? (await records.load(person)).state : await records.loadAt(person, at)).espace;
    return MAY_NOT_ACT.has(status) && (at === null || status !== 'erased');
  };
  const idle = await Promise.all([...delegates].map(async person => ((await isIdle(person)) ? [person] : [])));
  return new Set(idle.flat());
};

/**
 * As whom this person acts in somebody else's espace now; null: they have nothing to do there. Only espaces that their
 * own stream names are looked at, so that an id they guess is answered without it.
 */
export const standingOf = async (
  { records, attachments, clock }: Pick<DelegatesDeps, 'records' | 'attachments' | 'clock'>,
  person: PersonId,
  espace: PersonId,
): Promise<Delegate | null> => {
  if (!(await attachments.of(person)).some(one => one.espace === espace)) return null;
  if (!(await mayAct({ records }, person))) return null;
  const { delegations } = (await records.load(espace)).state;
  const inForce = delegationInForce(delegations, person, clock.now());
  return inForce ? { kind: actorKindOf(inForce.relation), id: person, name: inForce.name } : null;
};

/** Somebody who acts for the person of `espace`, as who asks. */
export const askingFor = (actor: Actor, espace: PersonId, software: string = OWN_FRONTEND): Asker => ({
  actor,
  purpose: 'TREAT',
  reason: null,
  software,
  onBehalfOf: espace,
});

/** First of the first names, and birth name. */
export const shortName = ({ firstNames, birthName }: Pick<Person, 'firstNames' | 'birthName'>): string =>
  `${firstOf(firstNames)} ${birthName}`;

const firstOf = (firstNames: string): string => firstNames.trim().split(/[\s,]+/)[0] ?? '';

/** As the health insurance knows them; null where it does not. */
export const nameOf = async ({ streams }: Pick<DelegatesDeps, 'streams'>, person: PersonId): Promise<string | null> => {
  const { person: known } = (await streams.enrolments.load(person)).state;
  return known && shortName(known);
};

/** What somebody knows of whom they want to name. */
export type Traits = { readonly firstName: string; readonly birthName: string; readonly birthDate: string };

/** Case, accents and hyphens do not matter, as nobody writes them twice alike. */
export const hasTraits = (person: Person, { firstName, birthName, birthDate }: Traits): boolean =>
  person.birthDate === birthDate &&
  plain(person.birthName) === plain(birthName) &&
  [plain(person.firstNames), plain(firstOf(person.firstNames))].includes(plain(firstName));

const plain = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\p{L}]+/gu, ' ')
    .trim()
    .toLowerCase();

/** The delegation of this id, whatever became of it. */
export const delegationOf = ({ delegations }: Pick<RecordState, 'delegations'>, id: string): Delegation | undefined =>
  [...delegations.live, ...delegations.past].find(one => one.id === id);
