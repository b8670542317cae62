import type { Professional } from '../../domain/shared/actor.ts';
import type { ProfessionalActivity, ProfessionalIdentity } from '../../ports/professional-verifier.ts';

/** One profession exercised in one place: in what capacity somebody may act. */
export type Capacity = Pick<Professional, 'profession' | 'specialty'> & ProfessionalActivity;

/** What a request says of it; null: nothing. `profession`: its code, and with `/` the specialty, e.g. `G15_10/SM26`. */
export type Choice = { readonly organisation: string | null; readonly profession: string | null };

export type SelectedActivity =
  | { readonly ok: true; readonly professional: Professional }
  /** Several, and none was named; or the one named is not among theirs. */
  | {
      readonly ok: false;
      readonly refusal: 'organisation-required' | 'organisation-unknown' | 'profession-required' | 'profession-unknown';
    };

/** How a request names the capacity that has no declared place, where there are others. */
export const NO_ORGANISATION = 'none';

const NO_PLACE: ProfessionalActivity = { place: null, organisation: null, organisationName: null, sector: null };

/**
 * Every capacity that the token declares, each once. Somebody who exercises without any declared place (a locum, a
 * student) acts for no organisation.
 */
export const capacitiesOf = ({ exercises }: ProfessionalIdentity): readonly Capacity[] => {
  const all = exercises.flatMap(({ profession, specialty, activities }) =>
    (activities.length > 0 ? activities : [NO_PLACE]).map(activity => ({ profession, specialty, ...activity })),
  );
  return all.filter((capacity, index) => all.findIndex(other => isSame(capacity, other)) === index);
};

/** The headers' values that name this capacity and no other of `all`: only those that are needed. */
export const choiceOf = (capacity: Capacity, all: readonly Capacity[]): Choice => {
  const organisation = all.every(({ place }) => place === capacity.place) ? null : (capacity.place ?? NO_ORGANISATION);
  const there = all.filter(({ place }) => place === capacity.place);
  const same = there.filter(({ profession }) => profession === capacity.profession);
  if (there.length === 1) return { organisation, profession: null };
  return { organisation, profession: same.length === 1 ? capacity.profession : withSpecialty(capacity) };
};

/** In what capacity a professional acts: their only one, or the one that the request names. */
export const selectActivity = (identity: ProfessionalIdentity, choice: Choice): SelectedActivity => {
  const there = capacitiesOf(identity).filter(({ place }) => isNamed(choice.organisation, place ?? NO_ORGANISATION));
  if (there.length === 0) return { ok: false, refusal: 'organisation-unknown' };
  const chosen = there.filter(
    capacity => isNamed(choice.profession, capacity.profession) || isNamed(choice.profession, withSpecialty(capacity)),
  );
  const [capacity, ...others] = chosen;
  if (!capacity) return { ok: false, refusal: 'profession-unknown' };
  if (others.some(({ place }) => place !== capacity.place)) return { ok: false, refusal: 'organisation-required' };
  if (others.length > 0) return { ok: false, refusal: 'profession-required' };
  const { rpps, name, regulation } = identity;
  const { place: _, ...acting } = capacity;
  return { ok: true, professional: { kind: 'professional', rpps, name, ...acting, regulation } };
};

const isNamed = (wanted: string | null, name: string): boolean => wanted === null || wanted === name;

const withSpecialty = ({ profession, specialty }: Capacity): string => `${profession}/${specialty ?? ''}`;

/** Of one profession in one place the first sector that is declared counts. */
const isSame = (one: Capacity, other: Capacity): boolean =>
  one.place === other.place && withSpecialty(one) === withSpecialty(other);
