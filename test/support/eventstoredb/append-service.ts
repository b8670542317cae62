import type { AppendReq, AppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerReadableStream, sendUnaryData } from '@grpc/grpc-js';
import { appendAnswer, nameOf } from './answers.ts';
import { type AppendFault, failureOf } from './faults.ts';
import { ANY, NO_STREAM, type Outcome, type ProposedEvent, STREAM_EXISTS } from './log.ts';
import { count, type Node, notLeaderFault, refusalOf } from './node.ts';
import { isFailure, proposedOf, sizeOf } from './proposed.ts';
import { appendTooLarge, type Failure, streamDeleted } from './statuses.ts';

type Expectation = {
  hasAny(): boolean;
  hasNoStream(): boolean;
  hasStreamExists(): boolean;
};

export const expectedOf = (options: Expectation, revision: string): number => {
  if (options.hasAny()) return ANY;
  if (options.hasNoStream()) return NO_STREAM;
  return options.hasStreamExists() ? STREAM_EXISTS : Number(revision);
};

export type Answering = {
  readonly write: () => Outcome;
  readonly answer: (outcome: Outcome) => void;
  readonly fail: (failure: Failure) => void;
};

/** Carries an append out and answers it, or lets it go wrong in the way asked for. */
export const withFault = (node: Node, fault: AppendFault | undefined, { write, answer, fail }: Answering) => {
  if (fault === undefined) return answer(write());
  switch (fault.shows) {
    case 'delay':
      setTimeout(() => answer(write()), fault.delayMs);
      return;
    case 'drop':
      if (fault.write === 'written') write();
      return node.wire.drop();
    case 'silence':
      if (fault.write === 'written') write();
      return;
    case 'not-leader':
      return fail(notLeaderFault(node));
    case 'timeout':
      if (fault.write === 'written') write();
      if (fault.write === 'late') setTimeout(write, fault.lateMs);
      break;
    default:
  }
  fail(failureOf(fault.shows) as Failure);
};

/** `Streams.Append`: the options in the first message, one event in each of the others, one answer at the end. */
export const serveAppend =
  (node: Node) => (call: ServerReadableStream<AppendReq, AppendResp>, callback: sendUnaryData<AppendResp>) => {
    count(node, 'append');
    const refusal = refusalOf(node, call.metadata);
    if (refusal) return callback(refusal);
    let target: { readonly stream: string; readonly expected: number } | undefined;
    const events: ProposedEvent[] = [];
    let bytes = 0;
    let hasFailed = false;

    const fail = (failure: Failure) => {
      if (!hasFailed) callback(failure);
      hasFailed = true;
    };

    const propose = (message: NonNullable<ReturnType<AppendReq['getProposedMessage']>>) => {
      const event = proposedOf(message);
      if (isFailure(event)) return fail(event);
      bytes += sizeOf(event);
      if (bytes > node.settings.maxAppendBytes) return fail(appendTooLarge(node.settings.maxAppendBytes));
      events.push(event);
    };

    call.on('data', (request: AppendReq) => {
      const options = request.getOptions();
      const message = request.getProposedMessage();
      if (options)
        target = {
          stream: nameOf(options.getStreamIdentifier()),
          expected: expectedOf(options, options.getRevision()),
        };
      else if (message && !hasFailed) propose(message);
    });
    call.on('error', () => {});
    const carryOut = () => {
      if (hasFailed || target === undefined || call.cancelled) return;
      const { stream, expected } = target;
      withFault(node, node.faults.append?.(), {
        write: () => node.log.append(stream, expected, events),
        answer: outcome => {
          if (outcome.kind === 'deleted') fail(streamDeleted(stream));
          else callback(null, appendAnswer(outcome, expected));
        },
        fail,
      });
    };
    // A connection that is cut ends what was sent so far, as if that were all, and says only then that it was cut.
    call.on('end', () => setImmediate(carryOut));
  };
