import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { JournalReader, KnownRecord } from '../../application/journal.ts';
import type { Document } from '../../domain/document/document.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import type { Instant } from '../../domain/shared/time.ts';
import { ContentDamagedError, type ContentStore } from '../../ports/content-store.ts';
import type { EventStore } from '../../ports/event-store.ts';
import { allEntries, asJsonArray } from './journal-export.ts';
import { presentAccess, presentDocument } from './presenters.ts';
import type { Language } from './problem-sentences.ts';

export type PackageParts = {
  readonly espace: PersonId;
  readonly at: Instant;
  readonly known: KnownRecord & { readonly reader: JournalReader };
  /** Those that whoever asks may read. */
  readonly documents: readonly Document[];
  /** Whose espace it is and in what state, as they are shown it. */
  readonly about: object;
  readonly language: Language;
};

/**
 * All that an espace holds, as one ZIP archive that is written while it is read: the files under names that people can
 * read, and in JSON what is known of them, who may read, and the journal (GDPR article 20; R.1111-43). One file is in
 * memory at a time. A file that does not open under its key is empty in the archive and named in `espace.json`, so that
 * it does not take the others with it.
 */
export const portabilityPackage = (
  { contents, store }: { readonly contents: ContentStore; readonly store: EventStore },
  parts: PackageParts,
): AsyncIterable<Uint8Array> => {
  const { espace, at, known, documents, about, language } = parts;
  const zip = new ZipFile();
  const mtime = new Date(at);
  const output = zip.outputStream as Readable;
  zip.on('error', error => output.destroy(error instanceof Error ? error : new Error('the archive failed')));
  const damaged = new Set<string>();

  /** Opened only when what stands before it is written. */
  const add = (name: string, bytes: () => AsyncIterable<Uint8Array | string>): void =>
    zip.addReadStreamLazy(name, { mtime }, opened => opened(null, Readable.from(bytes(), { objectMode: false })));

  for (const [index, document] of documents.entries())
    add(pathOf(document, index), async function* () {
      const bytes = await bytesOf(contents, espace, document);
      if (bytes === null) damaged.add(document.id);
      else yield bytes;
    });
  add('journal.json', () => asJsonArray(allEntries(store, espace, known, {}, language)));
  // Last, when it is known which files did not open.
  add('espace.json', async function* () {
    const described = documents.map((document, index) => ({
      ...presentDocument(document, known.reader.kind),
      path: damaged.has(document.id) ? null : pathOf(document, index),
    }));
    const whole = { exportedAt: at, ...about, access: presentAccess(known.state.consent), documents: described };
    yield JSON.stringify(whole, null, 2);
  });
  zip.end();
  return output;
};

const bytesOf = async (contents: ContentStore, espace: PersonId, document: Document): Promise<Uint8Array | null> => {
  try {
    const pieces = await contents.read(document.contentId, espace);
    if (pieces === null) return null;
    const gathered: Uint8Array[] = [];
    for await (const piece of pieces) gathered.push(piece);
    return Buffer.concat(gathered);
  } catch (error) {
    if (error instanceof ContentDamagedError) return null;
    throw error;
  }
};

/** The number keeps documents of one day and title apart; no system refuses the name. */
const pathOf = ({ title, date, fileName }: Document, index: number): string => {
  const number = String(index + 1).padStart(5, '0');
  const extension = /\.[A-Za-z0-9]{1,5}$/.exec(fileName)?.[0].toLowerCase() ?? '';
  return `documents/${number} ${date} ${title.replace(NOT_IN_A_NAME, '_').trim()}${extension}`;
};
const NOT_IN_A_NAME = /[\p{C}\\/:*?"<>|]/gu;
