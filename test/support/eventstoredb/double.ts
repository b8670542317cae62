/**
 * A double of an EventStoreDB server (24.x), for tests: the services that the client package defines, over a log in
 * memory, behind a wire that can be cut. What it follows is the reference of the server's behaviour: expected versions,
 * idempotency (durable for exact versions, by remembered ids for `any` and `stream_exists`), $all and its positions,
 * filtered subscriptions with their checkpoints, soft deletion and tombstones, sizes, errors, deadlines, discovery.
 *
 * What it does not cover: it is not durable (a restart keeps the log, a new double has none); no replication, elections
 * or scavenging (a follower shares its leader's log and refuses calls that need the leader); no links, projections,
 * persistent subscriptions, access lists, $maxAge and $maxCount; no legacy transactions, so that an event's two positions
 * are always the same; no events of the system but those of metadata and the few it is asked for; nothing of the HTTP API;
 * one event's record is not bounded apart from the append; regular expressions are those of JavaScript, not of .NET; a
 * batch whose last frame never comes waits for ever. Its speed says nothing about a server's.
 */
import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { serveAppend } from './append-service.ts';
import { serveBatchAppend } from './batch-service.ts';
import { type Faults, noFaults } from './faults.ts';
import { createLog, type Log } from './log.ts';
import type { Endpoint, Node, Settings } from './node.ts';
import { type Member, serveDelete, serveFeatures, serveGossip, serveTombstone } from './other-services.ts';
import { serveRead } from './read-service.ts';
import type { Certificate } from './self-signed.ts';
import { openWire, type Wire } from './wire.ts';

const MIB = 1024 * 1024;
/** What a server takes in one append where its `MaxAppendSize` is not set. */
export const DEFAULT_MAX_APPEND_BYTES = MIB;
/** What a server takes in one message. */
const MAX_MESSAGE_BYTES = 16 * MIB - 10_000;
/** Calls under way on one connection, subscriptions included; a client keeps further ones back. */
const MAX_CALLS_PER_CONNECTION = 100;
const HOST = '127.0.0.1';

export type Options = Partial<Settings> & {
  /** Another node's log, for a cluster; a new one where missing. */
  readonly log?: Log;
  readonly certificate?: Certificate;
};

export type Double = {
  readonly endpoint: Endpoint;
  /** Through the wire. */
  readonly connectionString: string;
  /** Past the wire, for measurements. */
  readonly directConnectionString: string;
  readonly log: Log;
  readonly faults: Faults;
  readonly wire: Wire;
  readonly node: Node;
  /** How often a method was called. */
  calls(method: 'append' | 'batchAppend' | 'read' | 'subscribe' | 'gossip' | 'features'): number;
  /** Who is in the cluster; this node alone where it is not said. */
  setMembers(members: () => readonly Member[]): void;
  /** The server goes away, with all connections, and refuses new ones. */
  halt(): Promise<void>;
  /** It comes back at the same place with the same data, but without its memory of ids. */
  resume(): Promise<void>;
  stop(): Promise<void>;
};

export const startDouble = async (options: Options = {}): Promise<Double> => {
  const { log = createLog(), certificate } = options;
  const settings: Settings = {
    maxAppendBytes: options.maxAppendBytes ?? DEFAULT_MAX_APPEND_BYTES,
    tellsCaughtUp: options.tellsCaughtUp ?? true,
    supportsBatchAppend: options.supportsBatchAppend ?? true,
    users: options.users ?? null,
  };
  const credentials = certificate
    ? ServerCredentials.createSsl(null, [{ private_key: certificate.key, cert_chain: certificate.certificate }])
    : ServerCredentials.createInsecure();
  let members: (() => readonly Member[]) | undefined;
  let server: Server | undefined;

  const bind = (port: number): Promise<number> => {
    server = new Server({
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
      'grpc.max_send_message_length': -1,
      'grpc.max_concurrent_streams': MAX_CALLS_PER_CONNECTION,
    });
    server.addService(StreamsService, {
      append: serveAppend(node),
      batchAppend: serveBatchAppend(node),
      read: serveRead(node),
      delete: serveDelete(node),
      tombstone: serveTombstone(node),
    });
    server.addService(GossipService, { read: serveGossip(node, () => members?.() ?? [self()]) });
    server.addService(ServerFeaturesService, { getSupportedMethods: serveFeatures(node) });
    const bound = server;
    return new Promise((resolve, reject) =>
      bound.bindAsync(`${HOST}:${port}`, credentials, (error, at) => (error ? reject(error) : resolve(at))),
    );
  };

  const node: Node = {
    log,
    settings,
    faults: noFaults(),
    wire: undefined as unknown as Wire,
    calls: new Map(),
    openReads: 0,
    sentToSubscribers: 0,
    leader: null,
    endpoint: { address: HOST, port: 0 },
  };
  const port = await bind(0);
  const wire = await openWire(port);
  Object.assign(node, { wire, endpoint: { address: HOST, port: wire.port } });
  const self = (): Member => ({ endpoint: node.endpoint, isLeader: node.leader === null, isAlive: true });
  const stringFor = (at: number) => `esdb://${HOST}:${at}?tls=${certificate !== undefined}`;

  const halt = async () => {
    server?.forceShutdown();
    server = undefined;
    wire.drop();
  };

  return {
    endpoint: node.endpoint,
    connectionString: stringFor(wire.port),
    directConnectionString: stringFor(port),
    log,
    faults: node.faults,
    wire,
    node,
    calls: method => node.calls.get(method) ?? 0,
    setMembers(next) {
      members = next;
    },
    halt,
    async resume() {
      log.forgetIds();
      await bind(port);
    },
    async stop() {
      await halt();
      await wire.close();
    },
  };
};
