import { Metadata, status } from '@grpc/grpc-js';

/** A status with which a call ends. `exception` and the rest of the trailers tell the client which error it is. */
export type Failure = { readonly code: status; readonly details: string; readonly metadata: Metadata };

const failure = (code: status, details: string, trailers: Readonly<Record<string, string>> = {}): Failure => {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, value);
  return { code, details, metadata };
};

export const streamDeleted = (stream: string): Failure =>
  failure(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  });

export const wrongExpectedVersion = (stream: string, expected: number, actual: number): Failure =>
  failure(status.FAILED_PRECONDITION, `Failed due to WrongExpectedVersion. Stream: ${stream}`, {
    exception: 'wrong-expected-version',
    'stream-name': stream,
    'expected-version': String(expected),
    'actual-version': String(actual),
  });

export const appendTooLarge = (maxBytes: number): Failure =>
  failure(status.INVALID_ARGUMENT, `Maximum Append Size of ${maxBytes} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(maxBytes),
  });

export const metadataMissing = (property: string): Failure =>
  failure(status.INVALID_ARGUMENT, `Required Metadata Property '${property}' is missing`, {
    exception: 'missing-required-metadata-property',
    'required-metadata-properties': 'type,content-type',
  });

export const invalidArgument = (details: string): Failure => failure(status.INVALID_ARGUMENT, details);

export const accessDenied = (): Failure =>
  failure(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });

export const unauthenticated = (): Failure => failure(status.UNAUTHENTICATED, 'Unauthenticated');

/** The commit took too long; whether it happens all the same is unknown. */
export const timedOut = (): Failure => failure(status.ABORTED, 'Operation timed out');

export const tooBusy = (): Failure => failure(status.UNAVAILABLE, 'Server Is Too Busy');

export const noLeader = (): Failure => failure(status.UNKNOWN, 'No leader info available in response');

export const cancelled = (): Failure => failure(status.CANCELLED, 'Cancelled by the server');

export const notLeader = (host: string, port: number): Failure =>
  failure(status.NOT_FOUND, 'Leader info available', {
    exception: 'not-leader',
    'leader-endpoint-host': host,
    'leader-endpoint-port': String(port),
  });
