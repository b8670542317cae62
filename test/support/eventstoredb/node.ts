import type { Metadata } from '@grpc/grpc-js';
import type { Faults } from './faults.ts';
import type { Log } from './log.ts';
import { accessDenied, type Failure, notLeader, unauthenticated } from './statuses.ts';
import type { Wire } from './wire.ts';

export type Endpoint = { readonly address: string; readonly port: number };

/** How the node is set up, and what kind of server it plays. */
export type Settings = {
  /** Bytes of one append: data, metadata and type. Servers up to 25.0 take 1 MiB unless told otherwise. */
  readonly maxAppendBytes: number;
  /** Whether a subscription is told that it has caught up: servers before 23.10 say nothing. */
  readonly tellsCaughtUp: boolean;
  readonly supportsBatchAppend: boolean;
  /** Names and passwords; null: everybody may do everything, as with `--insecure`. */
  readonly users: Readonly<Record<string, string>> | null;
};

/** What the services of one node share. */
export type Node = {
  readonly log: Log;
  readonly settings: Settings;
  readonly faults: Faults;
  readonly wire: Wire;
  /** Calls by method, e.g. `append`, as often as they arrived. */
  readonly calls: Map<string, number>;
  /** Reads and subscriptions that have not ended. */
  openReads: number;
  /** Messages of subscriptions that were handed to the network. */
  sentToSubscribers: number;
  /** Null: this node is the leader itself. */
  leader: Endpoint | null;
  readonly endpoint: Endpoint;
};

export const count = (node: Node, method: string): void => {
  node.calls.set(method, (node.calls.get(method) ?? 0) + 1);
};

const mayPass = (users: Readonly<Record<string, string>>, authorization: string): boolean => {
  const [scheme, encoded = ''] = authorization.split(' ');
  const [name = '', password] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return scheme === 'Basic' && password !== undefined && users[name] === password;
};

/** Why the node does not handle a call at all; undefined: it does. */
export const refusalOf = (node: Node, metadata: Metadata): Failure | undefined => {
  const { users } = node.settings;
  const [authorization] = metadata.get('authorization');
  if (users !== null && authorization === undefined) return accessDenied();
  if (users !== null && !mayPass(users, String(authorization))) return unauthenticated();
  const needsLeader = String(metadata.get('requires-leader')[0]) === 'true';
  if (node.leader !== null && needsLeader) return notLeader(node.leader.address, node.leader.port);
  return undefined;
};

/** Where a client is sent that turned to the wrong node; a node without another says itself. */
export const notLeaderFault = (node: Node): Failure => {
  const { address, port } = node.leader ?? node.endpoint;
  return notLeader(address, port);
};
