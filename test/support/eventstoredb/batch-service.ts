import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import { nameOf } from './answers.ts';
import { expectedOf, withFault } from './append-service.ts';
import { type BatchOutcome, batchAnswer } from './batch-answers.ts';
import type { ProposedEvent } from './log.ts';
import { count, type Node, refusalOf } from './node.ts';
import { isFailure, proposedOf, sizeOf } from './proposed.ts';
import type { Failure } from './statuses.ts';

type Pending = {
  readonly stream: string;
  readonly expected: number;
  readonly deadline: Date | undefined;
  readonly events: ProposedEvent[];
  bytes: number;
};

/** `Streams.BatchAppend`: many appends on one call, each in one or more frames, each answered once by its correlation id. */
export const serveBatchAppend =
  (node: Node) =>
  (call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>): void => {
    count(node, 'batchAppend');
    const pending = new Map<string, Pending>();
    const end = (failure: Failure) => call.emit('error', failure);
    const refusal = refusalOf(node, call.metadata);
    if (refusal) {
      end(refusal);
      return;
    }

    const begin = (request: BatchAppendReq, key: string): Pending | undefined => {
      const options = request.getOptions();
      if (options === undefined) return pending.get(key);
      const begun = {
        stream: nameOf(options.getStreamIdentifier()),
        expected: expectedOf(options, options.getStreamPosition()),
        deadline: options.getDeadline()?.toDate(),
        events: [],
        bytes: 0,
      };
      pending.set(key, begun);
      return begun;
    };

    /** Takes the append off the list, so that whatever else comes for it is dropped, and answers it. */
    const answer = (request: BatchAppendReq, key: string, append: Pending, outcome: BatchOutcome) => {
      pending.delete(key);
      if (!call.destroyed) call.write(batchAnswer(request.getCorrelationId(), append.stream, append.expected, outcome));
    };

    const receive = (request: BatchAppendReq) => {
      const key = request.getCorrelationId()?.getString() ?? '';
      const append = begin(request, key);
      if (append === undefined) return;
      for (const message of request.getProposedMessagesList()) {
        const event = proposedOf(message);
        if (isFailure(event)) return end(event);
        append.bytes += sizeOf(event);
        append.events.push(event);
      }
      const { maxAppendBytes } = node.settings;
      if (append.bytes > maxAppendBytes)
        return answer(request, key, append, { kind: 'too-large', maxBytes: maxAppendBytes });
      if (append.deadline && append.deadline < new Date()) return answer(request, key, append, { kind: 'timeout' });
      if (!request.getIsFinal()) return;
      const fault = node.faults.append?.();
      withFault(node, fault, {
        write: () => node.log.append(append.stream, append.expected, append.events),
        answer: outcome => answer(request, key, append, outcome),
        fail: failure =>
          fault?.shows === 'timeout' ? answer(request, key, append, { kind: 'timeout' }) : end(failure),
      });
    };

    call.on('data', receive);
    call.on('error', () => {});
    call.on('end', () => call.end());
  };
