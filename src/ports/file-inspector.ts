/** The most bytes of one document, inclusive. Source: public user guide of Mon espace santé ("5 Mo"). */
export const MAX_DOCUMENT_BYTES = 5_000_000;

/** Why a file is not taken; the problem code on the wire. */
export type FileRefusal =
  | 'file-empty'
  /** The name's extension or the declared type is none of those taken from this sender. */
  | 'file-type-not-allowed'
  /** Extension, declared type and bytes do not agree. */
  | 'file-type-mismatch'
  | 'file-infected';

export type ReceivedFile = {
  /** As its sender calls it, with the extension. */
  readonly name: string;
  /** Media type as its sender declares it; parameters (`; charset=…`) do not count. */
  readonly declaredType: string;
  readonly bytes: AsyncIterable<Uint8Array>;
};

export type InspectedFile = {
  /** The one name that the format is stored and served under, without parameters, e.g. `image/jpeg`. */
  readonly mediaType: string;
  /**
   * The same bytes, to be read once. What only the whole file shows is checked while they pass, so that nothing is
   * buffered: a late refusal is thrown in their iteration, at the latest instead of its end. Whoever stores them must
   * drop what was stored when the iteration throws.
   */
  readonly bytes: AsyncIterable<Uint8Array>;
};

/** The gate every file from outside passes: its type, then what a virus scanner says of it. */
export interface FileInspector {
  /** Every media type that a file of some sender may be declared as, lower case, without parameters. */
  readonly declaredTypes: readonly string[];
  /**
   * Taken from everyone: jpeg, jpg, pdf, png, rtf, txt, tif, tiff; from professionals also CDA documents (xml).
   * Rejects, as does the iteration of `bytes`, with `FileRefusedError`, and with whatever the file's own bytes throw.
   */
  inspect(file: ReceivedFile, sender: 'person' | 'professional'): Promise<InspectedFile>;
}

export class FileRefusedError extends Error {
  readonly refusal: FileRefusal;
  constructor(refusal: FileRefusal) {
    super(refusal);
    this.name = 'FileRefusedError';
    this.refusal = refusal;
  }
}
