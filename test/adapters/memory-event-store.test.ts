import { createMemoryEventStore } from '../../src/adapters/memory/memory-event-store.ts';
import { eventStoreContract } from '../contracts/event-store.contract.ts';

eventStoreContract('memory', async () => ({ store: createMemoryEventStore(), dispose: async () => {} }));
