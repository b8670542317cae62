import type { KeyId } from './key-vault.ts';

/** UUID chosen by the caller; it says nothing of the content. */
export type ContentId = string;

export type StoredContent = {
  /** Bytes of the plaintext. */
  readonly size: number;
  /** SHA-256 of the plaintext, lower-case hex. */
  readonly sha256: string;
};

/** First and last byte wanted, both included, within the content. */
export type ByteRange = { readonly first: number; readonly last: number };

/** Bytes of documents, sealed with the person's key, durable when answered. */
export interface ContentStore {
  /**
   * Stores `bytes` under a fresh `id`. Rejects with `ContentTooLargeError` past `maxBytes`, and with whatever `bytes`
   * throws; in every case of rejection nothing is left behind.
   */
  put(id: ContentId, owner: KeyId, bytes: AsyncIterable<Uint8Array>, maxBytes: number): Promise<StoredContent>;
  /**
   * The plaintext, or the part of it in `range`. Null where there is no such content or the owner's key is destroyed.
   * Damage is found before a damaged byte is given out: the iteration (or the call) rejects with `ContentDamagedError`.
   */
  read(id: ContentId, owner: KeyId, range?: ByteRange): Promise<AsyncIterable<Uint8Array> | null>;
  /** Repeating it is harmless. */
  remove(id: ContentId): Promise<void>;
  /** Every stored id with the instant it was stored, in no order: for the collection of orphans. */
  list(): AsyncIterable<{ readonly id: ContentId; readonly storedAt: string }>;
}

export class ContentTooLargeError extends Error {
  readonly maxBytes: number;
  constructor(maxBytes: number) {
    super(`content is larger than ${maxBytes} bytes`);
    this.name = 'ContentTooLargeError';
    this.maxBytes = maxBytes;
  }
}

export class ContentDamagedError extends Error {
  constructor() {
    super('stored content does not open under its key: damaged or replaced');
    this.name = 'ContentDamagedError';
  }
}
