import type { Finess, Professional } from '../../domain/shared/actor.ts';
import type { ProfessionalActivity, ProfessionalIdentity } from '../../ports/professional-verifier.ts';

export type SelectedActivity =
  | { readonly ok: true; readonly professional: Professional }
  /** Several, and none was named; or the one named is not among theirs. */
  | { readonly ok: false; readonly refusal: 'organisation-required' | 'organisation-unknown' };

const NO_PLACE: ProfessionalActivity = { organisation: null, organisationName: null, sector: null };

/**
 * In what capacity a professional acts: their only activity, or the one at `finess` (header `Organization`). Somebody
 * who exercises without any declared place (a locum) acts for no organisation.
 */
export const selectActivity = (identity: ProfessionalIdentity, finess: Finess | null): SelectedActivity => {
  const all = identity.exercises.flatMap(({ profession, specialty, activities }) =>
    (activities.length > 0 ? activities : [NO_PLACE]).map(activity => ({ profession, specialty, ...activity })),
  );
  const chosen = finess === null ? all : all.filter(({ organisation }) => organisation === finess);
  const [capacity, ...others] = chosen;
  if (!capacity) return { ok: false, refusal: 'organisation-unknown' };
  // Two professions in one place are told apart by no header: the first declared counts.
  if (others.length > 0 && finess === null) return { ok: false, refusal: 'organisation-required' };
  const { rpps, name, regulation } = identity;
  return { ok: true, professional: { kind: 'professional', rpps, name, ...capacity, regulation } };
};
