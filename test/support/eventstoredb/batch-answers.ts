import shared from '@eventstore/db-client/generated/shared_pb.js';
import status from '@eventstore/db-client/generated/status_pb.js';
import type { BatchAppendReq } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import { identifierOf } from './answers.ts';
import { ANY, NO_STREAM, type Outcome, STREAM_EXISTS } from './log.ts';

type Packable = { serializeBinary(): Uint8Array };

/** Codes of google.rpc.Status, with which the server marks what went wrong with one append of the batch. */
const DEADLINE_EXCEEDED = 4;
const NOT_FOUND = 5;
const ALREADY_EXISTS = 6;
const INVALID_ARGUMENT = 3;

const statusOf = (code: number, message: string, typeName: string, details: Packable) => {
  const packed = new any.Any();
  packed.pack(details.serializeBinary(), `event_store.client.${typeName}`);
  const error = new status.Status();
  error.setCode(code);
  error.setMessage(message);
  error.setDetails(packed);
  return error;
};

const wrongVersion = (current: number, expected: number) => {
  const wrong = new shared.WrongExpectedVersion();
  if (current < 0) wrong.setCurrentNoStream(new empty.Empty());
  else wrong.setCurrentStreamRevision(String(current));
  if (expected === ANY) wrong.setExpectedAny(new empty.Empty());
  else if (expected === STREAM_EXISTS) wrong.setExpectedStreamExists(new empty.Empty());
  else if (expected === NO_STREAM) wrong.setExpectedNoStream(new empty.Empty());
  else wrong.setExpectedStreamPosition(String(expected));
  return statusOf(ALREADY_EXISTS, 'WrongExpectedVersion', 'WrongExpectedVersion', wrong);
};

const tooLarge = (maxBytes: number) => {
  const details = new shared.MaximumAppendSizeExceeded();
  details.setMaxappendsize(maxBytes);
  return statusOf(INVALID_ARGUMENT, 'Maximum Append Size Exceeded', 'MaximumAppendSizeExceeded', details);
};

export type BatchOutcome =
  | Outcome
  | { readonly kind: 'timeout' }
  | { readonly kind: 'too-large'; readonly maxBytes: number };

const successOf = (outcome: Extract<Outcome, { kind: 'written' }>) => {
  const success = new streams.BatchAppendResp.Success();
  if (outcome.revision < 0) success.setNoStream(new empty.Empty());
  else success.setCurrentRevision(String(outcome.revision));
  if (outcome.position === null) success.setNoPosition(new empty.Empty());
  else {
    const position = new shared.AllStreamPosition();
    position.setCommitPosition(String(outcome.position.commit));
    position.setPreparePosition(String(outcome.position.prepare));
    success.setPosition(position);
  }
  return success;
};

/** The answer to one append of the batch stream: success, or an error that says its kind in `details`. */
export const batchAnswer = (
  id: ReturnType<BatchAppendReq['getCorrelationId']>,
  stream: string,
  expected: number,
  outcome: BatchOutcome,
) => {
  const answer = new streams.BatchAppendResp();
  answer.setCorrelationId(id);
  answer.setStreamIdentifier(identifierOf(stream));
  if (outcome.kind === 'written') answer.setSuccess(successOf(outcome));
  else if (outcome.kind === 'wrong-version') answer.setError(wrongVersion(outcome.current, expected));
  else if (outcome.kind === 'too-large') answer.setError(tooLarge(outcome.maxBytes));
  else if (outcome.kind === 'timeout')
    answer.setError(statusOf(DEADLINE_EXCEEDED, 'Timeout', 'Timeout', new shared.Timeout()));
  else {
    const deleted = new shared.StreamDeleted();
    deleted.setStreamIdentifier(identifierOf(stream));
    answer.setError(statusOf(NOT_FOUND, 'StreamDeleted', 'StreamDeleted', deleted));
  }
  return answer;
};
