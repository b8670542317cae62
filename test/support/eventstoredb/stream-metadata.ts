import { randomUUID } from 'node:crypto';
import type { ProposedEvent } from './log.ts';

/** `$tb` of a soft-deleted stream: no revision is ever as high. JSON numbers cannot hold it, so it is written as text. */
export const DELETED_BEFORE = 'deleted';
const DELETED_TEXT = '9223372036854775807';
const DELETED_AT_LEAST = 2 ** 62;

export const metadataStreamOf = (stream: string): string => `$$${stream}`;

/** The part of a stream's metadata that decides what of the stream can be read: `$tb` and nothing else. */
export const createStreamMetadata = (lastDataOf: (stream: string) => Uint8Array | undefined) => {
  const of = (stream: string): { readonly $tb?: number } & Record<string, unknown> => {
    const data = lastDataOf(metadataStreamOf(stream));
    return data === undefined ? {} : JSON.parse(Buffer.from(data).toString('utf8'));
  };

  return {
    isSoftDeleted: (stream: string): boolean => (of(stream).$tb ?? 0) >= DELETED_AT_LEAST,
    truncatedBefore: (stream: string): number => of(stream).$tb ?? 0,

    /** The event that moves `$tb` and leaves the other metadata as it is. */
    revived(stream: string, before: number | typeof DELETED_BEFORE): ProposedEvent {
      const { $tb: _, ...others } = of(stream);
      const rest = JSON.stringify(others).slice(1, -1);
      const text = `{"$tb":${before === DELETED_BEFORE ? DELETED_TEXT : before}${rest && `,${rest}`}}`;
      const data = Buffer.from(text);
      return { id: randomUUID(), type: '$metadata', isJson: true, data, metadata: new Uint8Array() };
    },
  };
};
