import { convertToCommandError, ErrorType, isCommandError, MaxAppendSizeExceededError } from '@eventstore/db-client';
import { AppendTooLargeError } from '../shared/event-store-errors.ts';

/** Nothing came for too long. Whether what was asked for was done is unknown. */
export class NoAnswerError extends Error {
  constructor(afterMs: number) {
    super(`no answer within ${afterMs} ms`);
    this.name = 'NoAnswerError';
  }
}

/** The server could not be brought to an answer in time; the outcome of an append is unknown. `reason`: what it said last. */
export class EventStoreUnreachableError extends Error {
  constructor(afterMs: number, reason: string) {
    super(`the event store gave no usable answer within ${afterMs} ms, and at last: ${reason}`);
    this.name = 'EventStoreUnreachableError';
  }
}

/** The server said no, and will say so again: a right that is missing, a stream that was deleted there. */
export class EventStoreRefusedError extends Error {
  constructor(reason: string) {
    super(`the event store refuses: ${reason}`);
    this.name = 'EventStoreRefusedError';
  }
}

/** The server holds a stream otherwise than this store has written it: truncated there, or written to by others. */
export class StreamSpoiltError extends Error {
  constructor(reason: string) {
    super(`a stream on the server is not as it was written: ${reason}`);
    this.name = 'StreamSpoiltError';
  }
}

const FINAL_TYPES: ReadonlySet<string> = new Set([
  ErrorType.ACCESS_DENIED,
  ErrorType.STREAM_DELETED,
  ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED,
  ErrorType.INVALID_ARGUMENT,
  ErrorType.INVALID_TRANSACTION,
  ErrorType.MISSING_REQUIRED_METADATA_PROPERTY,
  ErrorType.UNSUPPORTED,
]);

/** gRPC: INVALID_ARGUMENT, PERMISSION_DENIED, UNIMPLEMENTED, UNAUTHENTICATED. */
const FINAL_CODES: ReadonlySet<unknown> = new Set([3, 7, 12, 16]);

const OWN_ERRORS = [AppendTooLargeError, EventStoreRefusedError, StreamSpoiltError];

/** A word for what went wrong, without what the server wrote about it: that names streams. */
const wordFor = (error: unknown): string => {
  if (isCommandError(error as Error)) return (error as { type: ErrorType }).type;
  const { code, name } = error as { code?: unknown; name?: string };
  return code === undefined ? (name ?? 'unknown') : `code ${code}`;
};

/** What asking again cannot help, as the error to tell; undefined: it may help. */
const finalErrorFor = (error: unknown): Error | undefined => {
  if (OWN_ERRORS.some(own => error instanceof own)) return error as Error;
  if (error instanceof MaxAppendSizeExceededError) return new AppendTooLargeError(error.maxAppendSize);
  const { type = '', code } = error as { type?: string; code?: unknown };
  return FINAL_TYPES.has(type) || FINAL_CODES.has(code) ? new EventStoreRefusedError(wordFor(error)) : undefined;
};

/** Which error the client would make of it; the error itself where it is not one of gRPC. */
const understood = (error: unknown): unknown => {
  try {
    return convertToCommandError(error as Error);
  } catch {
    // The conversion fails where the server leaves out what an error of that kind must tell.
    return error;
  }
};

export type Failure =
  | { readonly isFinal: true; readonly error: Error }
  /** `isSilence`: nothing came; the connection may be dead without anybody knowing. */
  | { readonly isFinal: false; readonly word: string; readonly isSilence: boolean };

/**
 * Whether to ask again. Everything may pass but for what is known to stay: a cancellation may be the fault of another
 * call, an unknown error the search for a new leader, and code 14 comes as an error of its own before the first connection.
 */
export const judge = (raw: unknown): Failure => {
  const error = understood(raw);
  const final = finalErrorFor(error);
  if (final) return { isFinal: true, error: final };
  const word = wordFor(error);
  return {
    isFinal: false,
    word,
    isSilence: error instanceof NoAnswerError || word === ErrorType.DEADLINE_EXCEEDED,
  };
};
