/**
 * The EventStoreDB double as a process of its own, e.g. to try the product on it without a server:
 * `npm exec -- node test/support/eventstoredb/serve.ts` prints a connection string, and goes on until it is killed.
 */
import { startDouble } from './double.ts';

const MAX_APPEND_BYTES = 4 * 1024 * 1024;

const double = await startDouble({ maxAppendBytes: MAX_APPEND_BYTES });
console.log(double.directConnectionString);
