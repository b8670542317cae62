/** The thread that owns the writing connection: waiting for the disk here costs the event loop of the server nothing. */
import { parentPort, workerData } from 'node:worker_threads';
import { createBatchCommit } from './commit-batch.ts';
import type { CommitAnswer, CommitRequest, PendingAppend } from './commit-protocol.ts';
import { openDatabase } from './open-database.ts';

const port = parentPort;
if (port === null) throw new Error('the commit worker runs as a worker thread only');

const database = openDatabase((workerData as { readonly file: string }).file);
const commit = createBatchCommit(database);

const answer = (batch: readonly PendingAppend[]): CommitAnswer => {
  try {
    const startedMs = performance.now();
    return { kind: 'committed', ...commit(batch), tookMs: performance.now() - startedMs };
  } catch (error) {
    // SQLite's message names a table or a lock at most, never a value.
    return { kind: 'failed', reason: error instanceof Error ? error.message : 'unknown' };
  }
};

port.on('message', (request: CommitRequest) => {
  if (request.kind === 'commit') {
    port.postMessage(answer(request.batch));
  } else {
    database.close();
    port.close();
  }
});
