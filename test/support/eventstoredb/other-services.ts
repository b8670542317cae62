import { randomUUID } from 'node:crypto';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { DeleteReq, DeleteResp, TombstoneReq, TombstoneResp } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { Metadata, sendUnaryData } from '@grpc/grpc-js';
import { nameOf } from './answers.ts';
import { expectedOf } from './append-service.ts';
import type { Log } from './log.ts';
import { count, type Endpoint, type Node, refusalOf } from './node.ts';
import { type Failure, invalidArgument, streamDeleted, wrongExpectedVersion } from './statuses.ts';

const LEADER = 8;
const FOLLOWER = 6;

export type Member = { readonly endpoint: Endpoint; readonly isLeader: boolean; readonly isAlive: boolean };

const memberInfo = ({ endpoint, isLeader, isAlive }: Member) => {
  const id = new shared.UUID();
  id.setString(randomUUID());
  const place = new gossip.EndPoint();
  place.setAddress(endpoint.address);
  place.setPort(endpoint.port);
  const info = new gossip.MemberInfo();
  info.setInstanceId(id);
  info.setTimeStamp(String(Date.now()));
  info.setState(isLeader ? LEADER : FOLLOWER);
  info.setIsAlive(isAlive);
  info.setHttpEndPoint(place);
  return info;
};

/** `Gossip.Read`: who is in the cluster, and who leads it. */
export const serveGossip =
  (node: Node, members: () => readonly Member[]) =>
  (_call: unknown, callback: sendUnaryData<InstanceType<typeof gossip.ClusterInfo>>): void => {
    count(node, 'gossip');
    const info = new gossip.ClusterInfo();
    for (const member of members()) info.addMembers(memberInfo(member));
    callback(null, info);
  };

/** `ServerFeatures.GetSupportedMethods`: what a newer client may use. */
export const serveFeatures =
  (node: Node) =>
  (_call: unknown, callback: sendUnaryData<InstanceType<typeof features.SupportedMethods>>): void => {
    count(node, 'features');
    const answer = new features.SupportedMethods();
    answer.setEventStoreServerVersion('24.6.0');
    for (const { path } of Object.values(StreamsService) as { path: string }[]) {
      if (path.endsWith('/BatchAppend') && !node.settings.supportsBatchAppend) continue;
      const [, service = '', method = ''] = path.toLowerCase().split('/');
      const supported = new features.SupportedMethod();
      supported.setServiceName(service);
      supported.setMethodName(method);
      answer.addMethods(supported);
    }
    callback(null, answer);
  };

type Removal = { readonly request: DeleteReq | TombstoneReq; readonly metadata: Metadata };

/** What ends the call, if anything does. */
const removed = (node: Node, { request, metadata }: Removal, remove: Log['softDelete']): Failure | null => {
  const options = request.getOptions();
  if (options === undefined) return invalidArgument('no options');
  const refusal = refusalOf(node, metadata);
  if (refusal) return refusal;
  const stream = nameOf(options.getStreamIdentifier());
  const expected = expectedOf(options, options.getRevision());
  const outcome = remove(stream, expected);
  if (outcome.kind === 'deleted') return streamDeleted(stream);
  return outcome.kind === 'written' ? null : wrongExpectedVersion(stream, expected, outcome.current);
};

/** `Streams.Delete`: the stream can be begun again, and its numbering goes on. */
export const serveDelete =
  (node: Node) =>
  (call: Removal, callback: sendUnaryData<DeleteResp>): void =>
    callback(removed(node, call, node.log.softDelete), new streams.DeleteResp());

/** `Streams.Tombstone`: for good. */
export const serveTombstone =
  (node: Node) =>
  (call: Removal, callback: sendUnaryData<TombstoneResp>): void =>
    callback(removed(node, call, node.log.tombstone), new streams.TombstoneResp());
