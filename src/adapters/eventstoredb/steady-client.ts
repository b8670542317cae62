import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventStoreDBClient, type SingleNodeOptions, UnavailableError } from '@eventstore/db-client';
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { AppendReq, AppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ConnectionString } from './connection-string.ts';
import { SHUT_DOWN_MS } from './limits.ts';

type Channel = { close(): void };

/** Where to connect; the client takes one shape for each way, and tells them apart by their members. */
const settingsOf = (connection: ConnectionString): SingleNodeOptions => {
  const { hosts, isCluster, isDnsName, options } = connection;
  const place = isDnsName ? { discover: hosts[0] } : isCluster ? { endpoints: [...hosts] } : { endpoint: hosts[0] };
  return { ...place, ...options } as SingleNodeOptions;
};

const credentialsOf = ({ tls, tlsCaFile, userCertFile, userKeyFile }: ConnectionString) => ({
  insecure: !tls,
  ...(tlsCaFile !== undefined && { rootCertificate: readFileSync(tlsCaFile) }),
  ...(userCertFile !== undefined && { userCertFile: readFileSync(userCertFile) }),
  ...(userKeyFile !== undefined && { userKeyFile: readFileSync(userKeyFile) }),
});

/** One connection of the client; to be given back where nothing came over it. */
export type ConnectionMark = Channel | undefined;

/**
 * The client, without what would bring the process down or leave it deaf:
 *
 * - Its `appendToStream` sends appends in batches and keeps those under way in one map for the whole process. An error of
 *   any client's batch rejects the appends of every client; the answers that come for them all the same throw inside an
 *   event handler, which ends the process, and that client never gets an answer again. It also asks for the features of
 *   the server first, and keeps a failure to ask as the answer for good. So appends are calls of their own here.
 * - Its error handler waits for a connection that may be being made, and lets its failure go unhandled.
 * - Nothing closes its connection.
 */
export class SteadyClient extends EventStoreDBClient {
  private channel: ConnectionMark;

  constructor(connection: ConnectionString) {
    super(settingsOf(connection), credentialsOf(connection), connection.credentials);
    const { handleError, getChannel } = this;
    this.handleError = (client, error) => handleError(client, error).catch(() => {});
    this.getChannel = async () => {
      const channel = await getChannel();
      this.channel = channel;
      return channel;
    };
  }

  /** One attempt to append; rejects with a gRPC error, also where the outcome is unknown. `signal` gives it up. */
  appendOnce(requests: readonly AppendReq[], timeoutMs: number, signal: AbortSignal): Promise<AppendResp> {
    return this.execute(
      StreamsClient,
      'append',
      client =>
        new Promise((resolve, reject) => {
          // The connection may have come too late: what nobody waits for is not sent.
          if (signal.aborted) return reject(new UnavailableError());
          const [metadata, options] = this.callArguments({ requiresLeader: true, deadline: timeoutMs });
          const call = client.append(metadata, options, (error, answer) => (error ? reject(error) : resolve(answer)));
          call.on('error', reject);
          signal.addEventListener('abort', () => call.cancel(), { once: true });
          for (const request of requests) call.write(request);
          call.end();
        }),
    );
  }

  /** The connection that calls made now go over. */
  mark(): ConnectionMark {
    return this.channel;
  }

  /** Leaves a connection over which nothing comes: the next call makes a new one, and looks for the leader again. */
  leave(mark: ConnectionMark): void {
    if (mark === undefined || mark !== this.channel) return;
    this.channel = undefined;
    void this.execute(StreamsClient, 'leave', () => Promise.reject(new UnavailableError())).catch(() => {});
  }

  /** Ends whatever is under way, without an error, and the connection. */
  async shutDown(): Promise<void> {
    // A call whose answer nobody took does not end by being cancelled, and the client would wait for it.
    await Promise.race([this.dispose(), sleep(SHUT_DOWN_MS, undefined, { ref: false })]);
    this.channel?.close();
  }
}
