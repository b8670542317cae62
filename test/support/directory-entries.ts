import fc from 'fast-check';
import type { Activity, DirectoryEntry } from '../../src/domain/directory/directory.ts';
import type { ProfessionalSearch, StructureSearch } from '../../src/domain/directory/search.ts';
import { searchWords } from '../../src/domain/directory/search-words.ts';
import type { Directory, DirectoryWriter, Edition } from '../../src/ports/directory.ts';

export const activity = (changes: Partial<Activity> = {}): Activity => ({
  profession: 'G15_10',
  professionLabel: 'Médecin',
  specialty: 'SM54',
  specialtyLabel: 'Médecine générale',
  finess: null,
  name: null,
  sign: null,
  sector: 'SA07',
  sectorLabel: 'Cabinet individuel',
  street: '3 Rue des Essais',
  postalCode: '51100',
  communeCode: '51454',
  commune: 'Reims',
  phone: '0199000000',
  ...changes,
});

export const entry = (
  rpps: string,
  familyName: string,
  givenName: string,
  changes: Partial<Activity> = {},
): DirectoryEntry => ({ rpps, familyName, givenName, activity: activity(changes) });

export const ANYBODY: ProfessionalSearch = { name: [], profession: null, specialty: null, place: null };
export const ANY_STRUCTURE: StructureSearch = { name: [], place: null };
export const FIRST_PAGE = { limit: 200, after: null };

export const publish = async (
  writer: DirectoryWriter,
  entries: readonly DirectoryEntry[],
  date = '2026-11-20',
): Promise<Edition> => {
  const draft = await writer.draft(date);
  await draft.add(entries);
  return draft.publish();
};

/** RPPS numbers of everybody found, page by page. */
export const everybodyFound = async (
  directory: Directory,
  search: ProfessionalSearch,
  limit = 200,
): Promise<readonly string[]> => {
  const found: string[] = [];
  let after: { key: string; id: string } | null = null;
  do {
    const page: Awaited<ReturnType<Directory['findProfessionals']>> = await directory.findProfessionals(search, {
      limit,
      after,
    });
    found.push(...page.found.items.map(({ rpps }) => rpps));
    after = page.found.next;
  } while (after !== null);
  return found;
};

const NAMES = [
  'Martin',
  'MARTINEAU',
  'Le Goff-Évrard',
  'D’Œuvray',
  'Nuñez',
  'Mar',
  'Évrard',
  'ÖZTÜRK',
  '李',
  'ﬁnet',
  '𝒜li',
];
const GIVEN = ['Anne-Lise', 'Noël', 'noel', 'Marie', '', 'Éric'];
const COMMUNES = ['Reims', 'Saint-Étienne', 'SAINT-DENIS', 'Paris 15e Arrondissement', null];
const SITES = ['990000010', '990000028', '990000036', null];

/** Few values of each, so that they meet. */
export const anyEntry: fc.Arbitrary<DirectoryEntry> = fc
  .record({
    rpps: fc.constantFrom('99700000001', '99700000002', '99700000003', '99700000004', '99700000005', '99700000006'),
    familyName: fc.constantFrom(...NAMES),
    givenName: fc.constantFrom(...GIVEN),
    profession: fc.constantFrom('G15_10', 'G15_60', '301'),
    specialty: fc.constantFrom('SM54', 'SM04', 'A', null),
    finess: fc.constantFrom(...SITES),
    name: fc.constantFrom('Clinique du Parc', 'Pharmacie', 'École de l’Été', null),
    sign: fc.constantFrom('Au Port', null),
    postalCode: fc.constantFrom('51100', '42000', '20000', '20200', '97400', null),
    communeCode: fc.constantFrom('51454', '2A004', '97411', null),
    commune: fc.constantFrom(...COMMUNES),
  })
  .map(({ rpps, familyName, givenName, ...changes }) => entry(rpps, familyName, givenName, changes));

const anyBeginning = fc
  .tuple(fc.constantFrom(...NAMES, ...GIVEN, 'Clinique', 'Port', 'Été'), fc.integer({ min: 1, max: 8 }))
  .map(([name, length]) => searchWords(name.slice(0, length)))
  .filter(words => words.length > 0)
  .map(words => words[0] ?? '');

export const anyPlace = fc.constantFrom(
  null,
  { kind: 'postal-code', code: '51100' },
  { kind: 'postal-code', code: '97400' },
  ...['51', '42', '2A', '2B', '974'].map(code => ({ kind: 'department', code }) as const),
  ...['re', 'saint', 'den', 'etienne', 'paris 15', 'x'].map(
    text => ({ kind: 'commune', words: searchWords(text) }) as const,
  ),
) as fc.Arbitrary<ProfessionalSearch['place']>;

export const anySearch: fc.Arbitrary<ProfessionalSearch> = fc.record({
  name: fc.array(anyBeginning, { maxLength: 3 }),
  profession: fc.constantFrom(null, null, 'G15_10', 'G15_60', '301'),
  specialty: fc.constantFrom(null, null, 'SM54', 'A'),
  place: anyPlace,
});
