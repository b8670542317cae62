import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { AppendReq } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { AppendResult, NewEvent, Version } from '../../ports/event-store.ts';
import { metadataOf } from './recorded-event.ts';

/** One append as the server takes it: where, at which revision, then one message for each event. */
export type AppendRequests = { readonly messages: readonly AppendReq[]; readonly bytes: number };

const optionsOf = (streamOnServer: string, expected: Version): AppendReq => {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(streamOnServer, 'utf8'));
  const options = new streams.AppendReq.Options();
  options.setStreamIdentifier(identifier);
  // Revisions count from 0. There is no "any": only an exact revision makes the repeat of an append known for ever.
  if (expected === 0) options.setNoStream(new shared.Empty());
  else options.setRevision(String(expected - 1));
  const request = new streams.AppendReq();
  request.setOptions(options);
  return request;
};

const proposal = (event: NewEvent, data: Uint8Array, metadata: Uint8Array): AppendReq => {
  const id = new shared.UUID();
  id.setString(event.id);
  const message = new streams.AppendReq.ProposedMessage();
  message.setId(id);
  message.getMetadataMap().set('type', event.type).set('content-type', 'application/json');
  // Bytes, never text: the library takes a text for base64.
  message.setData(data);
  message.setCustomMetadata(metadata);
  const request = new streams.AppendReq();
  request.setProposedMessage(message);
  return request;
};

/** Written out whole: what the caller does with its objects afterwards does not reach the log. */
export const appendRequests = (
  streamOnServer: string,
  expected: Version,
  events: readonly NewEvent[],
): AppendRequests => {
  let bytes = 0;
  const proposals = events.map(event => {
    const data = Buffer.from(JSON.stringify(event.data));
    const metadata = Buffer.from(JSON.stringify(metadataOf(event)));
    bytes += data.length + metadata.length;
    return proposal(event, data, metadata);
  });
  return { messages: [optionsOf(streamOnServer, expected), ...proposals], bytes };
};

type AppendResp = ReturnType<typeof streams.AppendResp.deserializeBinary>;

/** A conflict is an answer. Throws where there is neither success nor conflict in it. */
export const appendResult = (answer: AppendResp): AppendResult => {
  const success = answer.getSuccess();
  if (success?.hasCurrentRevision()) return { ok: true, version: Number(success.getCurrentRevision()) + 1 };
  const conflict = answer.getWrongExpectedVersion();
  if (conflict === undefined) throw new Error('an answer to an append that says neither yes nor no');
  return { ok: false, actual: conflict.hasCurrentRevision() ? Number(conflict.getCurrentRevision()) + 1 : 0 };
};
