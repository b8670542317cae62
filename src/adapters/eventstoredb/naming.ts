import type { StreamName } from '../../ports/event-store.ts';

/** How the streams of one installation are called on a server that several share. */
export type Naming = {
  /** What the names of all its streams begin with on the server; null: nothing of its own. */
  readonly prefix: string | null;
  /** Throws where a stream is named as none of this store can be. */
  onServer(stream: StreamName): string;
  /** Null: a stream of the server's own, or of another installation. */
  fromServer(name: string): StreamName | null;
};

const PREFIX = /^[A-Za-z0-9_]{1,40}$/;
/** Stands in no prefix and in no kind of stream: `clinic.espace-…` is nobody else's, `espace-…` that of who has none. */
const SEPARATOR = '.';
const OWN_STREAM = /^[^$.-]+-/;

/** Throws where `prefix` is not 1 to 40 letters, digits and underscores. */
export const createNaming = (prefix: string | undefined): Naming => {
  const isOwn = (name: string): name is StreamName => OWN_STREAM.test(name);
  const assertOwn = (stream: StreamName): StreamName => {
    if (!isOwn(stream)) throw new TypeError('a stream is named by its kind, a hyphen and its id');
    return stream;
  };
  if (prefix === undefined)
    return { prefix: null, onServer: assertOwn, fromServer: name => (isOwn(name) ? name : null) };
  if (!PREFIX.test(prefix)) throw new TypeError('a stream prefix is 1 to 40 letters, digits and underscores');
  const start = `${prefix}${SEPARATOR}`;
  return {
    prefix: start,
    onServer: stream => `${start}${assertOwn(stream)}`,
    fromServer: name => (name.startsWith(start) ? (name.slice(start.length) as StreamName) : null),
  };
};
