import type { KeyObject } from 'node:crypto';
import type { JsonObject } from '../../domain/shared/json.ts';
import type { AppendResult, EventStore, RecordedEvent, StreamName } from '../../ports/event-store.ts';
import type { KeyId, KeyVault } from '../../ports/key-vault.ts';
import { EventStoreClosedError } from '../shared/event-store-errors.ts';
import { seal, sealedDataOf, unseal } from './sealed-event.ts';

/** Each key once, however many events need it. */
const keysFor = async <K>(ids: readonly KeyId[], keyOf: (id: KeyId) => Promise<K>): Promise<ReadonlyMap<KeyId, K>> => {
  const found = new Map<KeyId, K>();
  for (const id of ids) if (!found.has(id)) found.set(id, await keyOf(id));
  return found;
};

/**
 * A store whose events' data is readable only with the key of the person they are about. What was sealed under a key that
 * is destroyed by now reads as `erased`; what does not open where it stands rejects with `SealBrokenError`; an append for
 * a person whose key is destroyed rejects with `KeyDestroyedError`.
 *
 * @param keyIdOf whose key seals an event, from its stream and its data in the clear
 */
export const sealing = (
  store: EventStore,
  keys: KeyVault,
  keyIdOf: (stream: StreamName, data: JsonObject) => KeyId,
): EventStore => {
  const unsealAll = async (events: readonly RecordedEvent[]): Promise<readonly RecordedEvent[]> => {
    const found = await keysFor(
      events.map(event => sealedDataOf(event).keyId),
      id => keys.openingKey(id),
    );
    return events.map(event => unseal(found.get(sealedDataOf(event).keyId) ?? null, event));
  };

  /** Appends without an answer: some of them wait for their keys and have not reached `store` yet. */
  const underWay = new Set<Promise<AppendResult>>();
  let closed: Promise<void> | undefined;

  const append: EventStore['appendToStream'] = async (stream, expected, events) => {
    // Written out before the first wait: what the caller does with its objects afterwards does not reach the log.
    const plain = events.map(({ id, type, at, requestId, data }) => ({
      event: { id, type, at, requestId },
      keyId: keyIdOf(stream, data),
      text: JSON.stringify(data),
    }));
    const found = await keysFor(
      plain.map(({ keyId }) => keyId),
      id => keys.sealingKey(id),
    );
    const sealed = plain.map(({ event, keyId, text }, index) => {
      const place = { stream, version: expected + 1 + index, type: event.type };
      return { ...event, data: seal(found.get(keyId) as KeyObject, keyId, place, text) };
    });
    return store.appendToStream(stream, expected, sealed);
  };

  return {
    async readStream(stream, after) {
      return unsealAll(await store.readStream(stream, after));
    },

    async readStreamBackwards(stream, page) {
      return unsealAll(await store.readStreamBackwards(stream, page));
    },

    async appendToStream(stream, expected, events) {
      if (closed !== undefined) throw new EventStoreClosedError();
      const appending = append(stream, expected, events);
      underWay.add(appending);
      try {
        return await appending;
      } finally {
        underWay.delete(appending);
      }
    },

    async *subscribe(options) {
      for await (const delivery of store.subscribe(options)) {
        if (delivery.kind !== 'event') {
          yield delivery;
          continue;
        }
        const { event } = delivery;
        // Turns, and what reactors have set aside, stand beside what is sealed, and are nobody's.
        if (/^(?:turn|aside)-/.test(event.stream)) {
          yield { kind: 'progress', checkpoint: event.checkpoint };
          continue;
        }
        yield { kind: 'event', event: unseal(await keys.openingKey(sealedDataOf(event).keyId), event) };
      }
    },

    close() {
      closed ??= Promise.allSettled(underWay).then(() => store.close());
      return closed;
    },
  };
};
