import type { Activity, DirectoryProfessional, Site, Structure } from '../../../domain/directory/directory.ts';
import { departmentOf, placeOf } from '../../../domain/directory/place.ts';
import { searchWords } from '../../../domain/directory/search-words.ts';
import { isFiness, isRpps } from '../../../domain/shared/identifiers.ts';
import { PROFESSIONS } from '../../../domain/shared/professions.ts';
import type { Directory, InEdition, ListPlace, PageOf } from '../../../ports/directory.ts';
import { listAnswer } from '../asking.ts';
import type { Cursors } from '../cursors.ts';
import { ProblemError } from '../problems.ts';
import { ProfessionalsQuery, StructuresQuery } from '../requests/directory.ts';
import { DEFAULT_PAGE, type PageQuery } from '../requests/page.ts';
import { type Answer, type Call, type Route, route } from '../route.ts';

const BASE = '/v1/directory';

/**
 * Professionals and structures, for whoever wants to name one. Public data: nothing of it is anybody's trace, and it does not
 * matter in what capacity a professional asks.
 */
export const directoryRoutes = (deps: {
  readonly directory: Directory;
  readonly cursors: Cursors;
}): readonly Route[] => {
  const { directory, cursors } = deps;

  /** A cursor is good for its list and filters, whoever reads, and in the next edition too. */
  const list = async <T>(
    call: Call<undefined, PageQuery>,
    path: string,
    find: (page: { readonly limit: number; readonly after: ListPlace | null }) => Promise<InEdition<PageOf<T>>>,
    present: (item: T) => object,
  ): Promise<Answer> => {
    const { limit = DEFAULT_PAGE, after, ...filter } = call.query;
    const name = JSON.stringify([path, filter]);
    const place = after === undefined ? null : (cursors.read(name, after) as ListPlace);
    const { edition, found } = await find({ limit, after: place });
    const next = found.next === null ? null : cursors.write(name, found.next);
    const answer = listAnswer(call, path, found.items.map(present), next);
    return { ...answer, body: { edition: edition?.date ?? null, ...answer.body } };
  };

  const listed = { method: 'GET', tag: 'Directory', audience: 'any-reader', problems: ['invalid-cursor'] } as const;
  const single = { method: 'GET', tag: 'Directory', audience: 'any-reader' } as const;

  return [
    route({
      ...listed,
      path: `${BASE}/professionals`,
      operation: 'findProfessionals',
      summary: 'Look for professionals by name, profession, specialty and place of work',
      query: ProfessionalsQuery,
      answers: { 200: 'ProfessionalPage' },
      handle(call) {
        const { name, profession = null, specialty = null, place } = call.query;
        const search = { ...wordsAndPlace(name, place), profession, specialty };
        const find = directory.findProfessionals.bind(directory, search);
        return list(call, `${BASE}/professionals`, find, presentProfessional);
      },
    }),
    route({
      ...single,
      path: `${BASE}/professionals/:rpps`,
      operation: 'getProfessional',
      summary: 'One professional by RPPS number',
      answers: { 200: 'FoundProfessional' },
      async handle(call) {
        const rpps = call.params.rpps ?? '';
        if (!isRpps(rpps)) throw new ProblemError('not-found');
        const { edition, found } = await directory.professional(rpps);
        if (edition === null || found === null) throw new ProblemError('not-found');
        return { status: 200, body: { edition: edition.date, professional: presentProfessional(found) } };
      },
    }),
    route({
      ...listed,
      path: `${BASE}/structures`,
      operation: 'findStructures',
      summary: 'Look for structures by name and place',
      query: StructuresQuery,
      answers: { 200: 'StructurePage' },
      handle(call) {
        const { name, place } = call.query;
        const find = directory.findStructures.bind(directory, wordsAndPlace(name, place));
        return list(call, `${BASE}/structures`, find, presentStructure);
      },
    }),
    route({
      ...single,
      path: `${BASE}/structures/:finess`,
      operation: 'getStructure',
      summary: 'One structure by FINESS number',
      answers: { 200: 'FoundStructure' },
      async handle(call) {
        const finess = call.params.finess?.toUpperCase() ?? '';
        if (!isFiness(finess)) throw new ProblemError('not-found');
        const { edition, found } = await directory.structure(finess);
        if (edition === null || found === null) throw new ProblemError('not-found');
        return { status: 200, body: { edition: edition.date, structure: presentStructure(found) } };
      },
    }),
  ];
};

const wordsAndPlace = (name: string | undefined, place: string | undefined) => ({
  name: name === undefined ? [] : searchWords(name),
  place: place === undefined ? null : placeOf(place),
});

const presentProfessional = ({ rpps, familyName, givenName, activities }: DirectoryProfessional): object => ({
  rpps,
  familyName,
  givenName,
  activities: activities.map(presentActivity),
});

const presentActivity = (activity: Activity): object => ({
  profession: activity.profession,
  professionLabel: PROFESSIONS.get(activity.profession) ?? activity.professionLabel,
  specialty: activity.specialty,
  specialtyLabel: activity.specialtyLabel,
  finess: activity.finess,
  ...presentSite(activity),
});

const presentStructure = (structure: Structure): object => ({ finess: structure.finess, ...presentSite(structure) });

const presentSite = (site: Site): object => ({
  name: site.name,
  sign: site.sign,
  sector: site.sector === null ? null : { code: site.sector, label: site.sectorLabel },
  address: {
    street: site.street,
    postalCode: site.postalCode,
    commune: site.commune,
    communeCode: site.communeCode,
    department: departmentOf(site),
  },
  phone: site.phone,
});
