/**
 * The contracts of event stores on the EventStoreDB adapter: on the test double, or on a real server where ESDB_URL says
 * which. What is there already is left alone: each run has stream names of its own.
 *
 * A server must take appends of 4 MiB (`--max-append-size`), as it does in compose.yaml: the contract keeps an event of
 * 1 MiB, and sealing makes it a third larger; without the setting a server takes 1 MiB.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import { createEventStoreDbStore } from '../../src/adapters/eventstoredb/eventstoredb-event-store.ts';
import { sealing } from '../../src/adapters/sealing/sealing.ts';
import { durableEventStoreContract } from '../contracts/durable-event-store.contract.ts';
import { eventStoreContract } from '../contracts/event-store.contract.ts';
import { type Double, startDouble } from '../support/eventstoredb/double.ts';
import { createFixedKeyVault } from '../support/fixed-key-vault.ts';

const MAX_APPEND_BYTES = 4 * 1024 * 1024;
const SERVER = process.env.ESDB_URL;

if (SERVER === undefined)
  console.warn(
    'ESDB_URL is not set: the contracts of the EventStoreDB adapter run on the double, NOT on a real server.',
  );
else
  console.warn(
    'ESDB_URL is set: the contracts run on that server; the tests of faults still run on the double, NOT on it.',
  );

let double: Double | undefined;
beforeAll(async () => {
  if (SERVER === undefined) double = await startDouble({ maxAppendBytes: MAX_APPEND_BYTES });
});
afterAll(() => double?.stop());

const open = async () => {
  const prefix = `test_${randomBytes(8).toString('hex')}`;
  const connectionString = SERVER ?? double?.directConnectionString ?? '';
  const openStore = () => createEventStoreDbStore({ connectionString, prefix });
  return {
    store: openStore(),
    async reopen() {
      await double?.halt();
      await double?.resume();
      return openStore();
    },
    async dispose() {},
  };
};

eventStoreContract('eventstoredb', open);
durableEventStoreContract('eventstoredb', open);

eventStoreContract('sealing on eventstoredb', async () => {
  const { store, dispose } = await open();
  return { store: sealing(store, createFixedKeyVault(), () => 'one-key'), dispose };
});
