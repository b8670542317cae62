import type { DirectoryEntry } from '../../domain/directory/directory.ts';
import { professionOf } from '../../domain/shared/professions.ts';
import type { Directory, DirectoryWriter, InEdition } from '../../ports/directory.ts';
import { TEST_PROFESSIONALS } from '../identity/test-professionals.ts';

/** Day of the edition that stands in where none was imported. */
const SAMPLE_DATE = '2026-01-01';

/** By FINESS, where the test professionals work: invented streets in towns that exist. */
const ADDRESSES: Readonly<Record<string, readonly [street: string, postal: string, code: string, commune: string]>> = {
  '990000010': ['1 Avenue des Essais', '51100', '51454', 'Reims'],
  '990000028': ['3 Rue des Essais', '51100', '51454', 'Reims'],
  '990000036': ['5 Quai des Essais', '29200', '29019', 'Brest'],
  '990000044': ['7 Place des Essais', '51100', '51454', 'Reims'],
  '990000051': ['9 Rue des Essais', '42000', '42218', 'Saint-Étienne'],
  '990000069': ['11 Rue des Essais', '75015', '75115', 'Paris 15e Arrondissement'],
  '990000077': ['13 Rue des Essais', '20000', '2A004', 'Ajaccio'],
  '990000085': ['15 Rue des Essais', '97400', '97411', 'Saint-Denis'],
};

const ENTRIES: readonly DirectoryEntry[] = TEST_PROFESSIONALS.flatMap(({ places, ...person }) =>
  places.map(({ finess, name, sector }) => {
    const [street, postalCode, communeCode, commune] = ADDRESSES[finess] ?? [null, null, null, null];
    return {
      rpps: person.rpps,
      familyName: person.familyName,
      givenName: person.givenName,
      activity: {
        profession: professionOf(person.profession, null),
        professionLabel: null,
        specialty: person.specialty,
        specialtyLabel: null,
        finess,
        name,
        sign: null,
        sector,
        sectorLabel: null,
        street,
        postalCode,
        communeCode,
        commune,
        phone: null,
      },
    };
  }),
);

/** `imported`, and until something was imported the test professionals, kept in `sample`. For development. */
export const withSample = (imported: Directory, sample: Directory & DirectoryWriter): Directory => {
  const filled = sample.draft(SAMPLE_DATE).then(async draft => {
    await draft.add(ENTRIES);
    await draft.publish();
    return sample;
  });
  const ask = async <T>(question: (of: Directory) => Promise<InEdition<T>>): Promise<InEdition<T>> => {
    const answer = await question(imported);
    return answer.edition === null ? question(await filled) : answer;
  };
  return {
    findProfessionals: (search, page) => ask(of => of.findProfessionals(search, page)),
    professional: rpps => ask(of => of.professional(rpps)),
    findStructures: (search, page) => ask(of => of.findStructures(search, page)),
    structure: finess => ask(of => of.structure(finess)),
    close: () => imported.close(),
  };
};
