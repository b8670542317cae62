import { type Capacity, capacitiesOf, choiceOf } from '../../../application/sign-in/select-activity.ts';
import { isSiret } from '../../../domain/shared/identifiers.ts';
import { PROFESSIONS } from '../../../domain/shared/professions.ts';
import { ProblemError } from '../problems.ts';
import { type Route, route } from '../route.ts';

/** What a professional's software asks before it asks anything else. */
export const professionalIdentityRoutes = (): readonly Route[] => [
  route({
    method: 'GET',
    path: '/v1/professionals/me',
    operation: 'getProfessionalIdentity',
    tag: 'Professionals',
    summary: 'Who the token says one is, and the activities to choose from',
    audience: 'any-activity',
    answers: { 200: 'ProfessionalIdentity' },
    async handle({ principal }) {
      if (principal.kind !== 'any-activity') throw new ProblemError('access-refused');
      const { rpps, name, regulation, software } = principal.identity;
      const all = capacitiesOf(principal.identity);
      return {
        status: 200,
        body: { rpps, name, regulation, software, activities: all.map(capacity => presentCapacity(capacity, all)) },
      };
    },
  }),
];

const presentCapacity = (capacity: Capacity, all: readonly Capacity[]): object => {
  const { place, profession, specialty, sector, organisationName } = capacity;
  const choice = choiceOf(capacity, all);
  return {
    profession,
    professionLabel: PROFESSIONS.get(profession) ?? profession,
    specialty,
    place,
    placeKind: placeKindOf(capacity),
    organisationName,
    sector,
    headers: {
      ...(choice.organisation === null ? {} : { Organization: choice.organisation }),
      ...(choice.profession === null ? {} : { Profession: choice.profession }),
    },
  };
};

const placeKindOf = ({ place, organisation }: Capacity): string | null => {
  if (place === null) return null;
  if (organisation !== null) return 'FINESS';
  return isSiret(place) ? 'SIRET' : 'INTERNAL';
};
