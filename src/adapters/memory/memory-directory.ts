import {
  type DirectoryEntry,
  type DirectoryProfessional,
  professionalKey,
  type Structure,
  structureKey,
  structureOf,
} from '../../domain/directory/directory.ts';
import { isAnother, isFound, isStructureFound } from '../../domain/directory/search.ts';
import type { Directory, DirectoryWriter, Edition, InEdition, ListPlace, PageOf } from '../../ports/directory.ts';
import { DirectoryClosedError, DraftEndedError } from '../shared/directory-errors.ts';

type Listed<T> = { readonly place: ListPlace; readonly item: T };
type Published = {
  readonly edition: Edition;
  readonly professionals: readonly Listed<DirectoryProfessional>[];
  readonly structures: readonly Listed<Structure>[];
};

/** A directory for tests and trials, looked through from end to end. */
export const createMemoryDirectory = (): Directory & DirectoryWriter => {
  let published: Published | null = null;
  let isClosed = false;

  const inEdition = <T>(find: (published: Published) => T, none: T): InEdition<T> => {
    if (isClosed) throw new DirectoryClosedError();
    return published === null ? { edition: null, found: none } : { edition: published.edition, found: find(published) };
  };

  return {
    async findProfessionals(search, page) {
      return inEdition(({ professionals }) => pageOf(professionals, one => isFound(one, search), page), NO_PAGE);
    },
    async professional(rpps) {
      return inEdition(({ professionals }) => withId(professionals, rpps), null);
    },
    async findStructures(search, page) {
      return inEdition(({ structures }) => pageOf(structures, one => isStructureFound(one, search), page), NO_PAGE);
    },
    async structure(finess) {
      return inEdition(({ structures }) => withId(structures, finess), null);
    },
    async close() {
      isClosed = true;
    },

    async current() {
      return published?.edition ?? null;
    },

    async draft(date) {
      const professionals = new Map<string, DirectoryProfessional>();
      const structures = new Map<string, Structure>();
      let isEnded = false;
      const assertOpen = (): void => {
        if (isEnded) throw new DraftEndedError();
      };
      const add = ({ activity, ...person }: DirectoryEntry): void => {
        const known = professionals.get(person.rpps) ?? { ...person, activities: [] };
        const activities = isAnother(known.activities, activity) ? [...known.activities, activity] : known.activities;
        professionals.set(person.rpps, { ...known, activities });
        const structure = structureOf(activity);
        if (structure !== null && !structures.has(structure.finess)) structures.set(structure.finess, structure);
      };
      return {
        async add(entries) {
          assertOpen();
          for (const entry of entries) add(entry);
        },
        async publish() {
          assertOpen();
          isEnded = true;
          const edition = { date, professionals: professionals.size, structures: structures.size };
          published = {
            edition,
            professionals: listed(professionals, professionalKey),
            structures: listed(structures, structureKey),
          };
          return edition;
        },
        async discard() {
          isEnded = true;
        },
      };
    },
  };
};

const NO_PAGE = { items: [], next: null };

const listed = <T>(items: ReadonlyMap<string, T>, keyOf: (item: T) => string): readonly Listed<T>[] =>
  [...items]
    .map(([id, item]) => ({ place: { key: keyOf(item), id }, item }))
    .sort((one, other) => compare(one.place, other.place));

/** Code point by code point, as bytes of UTF-8 compare. */
const compare = (one: ListPlace, other: ListPlace): number =>
  Buffer.compare(Buffer.from(one.key), Buffer.from(other.key)) || Number(one.id > other.id) - Number(one.id < other.id);

const withId = <T>(list: readonly Listed<T>[], id: string): T | null =>
  list.find(({ place }) => place.id === id)?.item ?? null;

const pageOf = <T>(
  list: readonly Listed<T>[],
  isWanted: (item: T) => boolean,
  { limit, after }: { readonly limit: number; readonly after: ListPlace | null },
): PageOf<T> => {
  const found = list.filter(({ place, item }) => (after === null || compare(place, after) > 0) && isWanted(item));
  return {
    items: found.slice(0, limit).map(({ item }) => item),
    next: found.length > limit ? (found[limit - 1]?.place ?? null) : null,
  };
};
