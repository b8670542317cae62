import type { DirectoryEntry, DirectoryProfessional, Structure } from '../domain/directory/directory.ts';
import type { ProfessionalSearch, StructureSearch } from '../domain/directory/search.ts';
import type { Finess, Rpps } from '../domain/shared/actor.ts';

/** One whole directory as of a day. */
export type Edition = {
  /** `YYYY-MM-DD`, as its publisher dates it. */
  readonly date: string;
  readonly professionals: number;
  readonly structures: number;
};

/** A place in a list that has meaning in every edition: the last item's sort key and number. */
export type ListPlace = { readonly key: string; readonly id: string };

export type PageOf<T> = {
  readonly items: readonly T[];
  /** Where the next page begins; null: this was the last. */
  readonly next: ListPlace | null;
};

/** What was found, and in which edition; null and nothing where none was ever published. */
export type InEdition<T> = { readonly edition: Edition | null; readonly found: T };

/** Professionals and structures, public data. Whatever is answered is of one edition, whole. */
export interface Directory {
  /** In the order of `professionalKey`, then RPPS. `after` excluded. */
  findProfessionals(
    search: ProfessionalSearch,
    page: { readonly limit: number; readonly after: ListPlace | null },
  ): Promise<InEdition<PageOf<DirectoryProfessional>>>;
  professional(rpps: Rpps): Promise<InEdition<DirectoryProfessional | null>>;
  /** In the order of `structureKey`, then FINESS. `after` excluded. */
  findStructures(
    search: StructureSearch,
    page: { readonly limit: number; readonly after: ListPlace | null },
  ): Promise<InEdition<PageOf<Structure>>>;
  structure(finess: Finess): Promise<InEdition<Structure | null>>;
  close(): Promise<void>;
}

/** The edition that is being written; nobody sees anything of it before `publish`. */
export interface EditionDraft {
  /**
   * Further lines. Of one number the first name stands; of one structure the first line that names it; the same activity
   * counts once, and `MAX_ACTIVITIES` at most.
   */
  add(entries: readonly DirectoryEntry[]): Promise<void>;
  /** Takes the place of the current edition, all at once, also for readers in other processes. */
  publish(): Promise<Edition>;
  /** Harmless after `publish`. */
  discard(): Promise<void>;
}

export interface DirectoryWriter {
  /** The one in use; null: there is none, or none that can be read. */
  current(): Promise<Edition | null>;
  /** `date`: `YYYY-MM-DD`. A draft that was never published, by a process that is no more, is cleared away. */
  draft(date: string): Promise<EditionDraft>;
}
