import { randomUUID } from 'node:crypto';
import type { RecordEvent } from '../../src/domain/record/record.ts';
import type { PersonId } from '../../src/domain/shared/actor.ts';
import type { EventStore, NewEvent, Version } from '../../src/ports/event-store.ts';
import { createLife, NURSE, PRACTITIONER, SPECIALIST } from './life.ts';

/** Of one append; a store takes more, but not without end. */
const EVENTS_AT_ONCE = 500;
/** Espaces that are filled side by side. */
const ESPACES_AT_ONCE = 1_000;
const MAX_DOCUMENTS = 500;

/** Events as a request brings them to the store. */
export const asNew = (events: readonly RecordEvent[]): NewEvent[] => {
  const requestId = randomUUID();
  return events.map(event => ({ ...event, id: randomUUID(), requestId }));
};

/** Stores `events` after version `after` of the espace's stream. */
export const storeHistory = async (
  store: EventStore,
  espace: PersonId,
  events: readonly RecordEvent[],
  after: Version = 0,
): Promise<void> => {
  for (let done = 0; done < events.length; done += EVENTS_AT_ONCE) {
    const some = asNew(events.slice(done, done + EVENTS_AT_ONCE));
    const appended = await store.appendToStream(`espace-${espace}`, after + done, some);
    if (!appended.ok) throw new Error('a stream that was being filled has another writer');
  }
};

/**
 * A long life of one espace, of `length` events or a few more: reads permitted and refused, lists, masks, grants and
 * withdrawals, deposits until there are 500 documents; the same mixture throughout.
 */
export const longHistory = (espace: PersonId, length: number): readonly RecordEvent[] => {
  const life = createLife(espace);
  const documents: string[] = [];
  const events = [...life.create(), ...life.authorise(PRACTITIONER.rpps)];
  const deposit = (): readonly RecordEvent[] => {
    documents.push(randomUUID());
    return life.deposit(PRACTITIONER, documents.at(-1) as string, randomUUID());
  };
  const happenings: readonly ((documentId: string) => readonly RecordEvent[])[] = [
    () => (documents.length < MAX_DOCUMENTS ? deposit() : life.ask(PRACTITIONER, 'list-documents')),
    id => life.ask(PRACTITIONER, 'read-content', id),
    id => life.mask(id, true),
    id => life.ask(SPECIALIST, 'read-content', id),
    id => life.mask(id, false),
    () => life.authorise(NURSE.rpps),
    id => life.ask(NURSE, 'read-document', id),
    () => life.withdraw(NURSE.rpps),
    id => life.ask(NURSE, 'read-content', id),
    () => life.ask(PRACTITIONER, 'list-documents'),
    ...Array.from({ length: 10 }, () => (id: string) => life.ask(PRACTITIONER, 'read-content', id)),
  ];
  events.push(...deposit());
  for (let step = 0; events.length < length; step += 1) {
    const documentId = documents[Math.floor(step / happenings.length) % documents.length] as string;
    events.push(...(happenings[step % happenings.length]?.(documentId) ?? []));
  }
  return events;
};

/** Twelve events: three deposits, a grant, reads permitted and refused. */
const shortHistory = (espace: PersonId): readonly RecordEvent[] => {
  const life = createLife(espace);
  const holder = { kind: 'holder', id: espace } as const;
  const documentId = randomUUID();
  return [
    ...life.create(),
    ...life.authorise(PRACTITIONER.rpps),
    ...life.deposit(PRACTITIONER, documentId, randomUUID()),
    ...life.deposit(PRACTITIONER, randomUUID(), randomUUID()),
    ...life.deposit(holder, randomUUID(), randomUUID()),
    ...life.ask(PRACTITIONER, 'list-documents'),
    ...life.ask(PRACTITIONER, 'read-content', documentId),
    ...life.ask(SPECIALIST, 'read-content', documentId),
    ...life.ask(holder, 'read-content', documentId),
  ];
};

const WAVE_EVENTS = 3;

/**
 * A short history for each of `espaces`, a few events at a time and a thousand espaces side by side: so the events of one
 * are spread over some megabytes of the log, as they are in life, whatever the number of espaces.
 */
export const storeCrowd = async (
  store: EventStore,
  espaces: readonly PersonId[],
  onProgress: (text: string) => void,
): Promise<void> => {
  for (let done = 0; done < espaces.length; done += ESPACES_AT_ONCE) {
    const histories = espaces
      .slice(done, done + ESPACES_AT_ONCE)
      .map(espace => [espace, shortHistory(espace)] as const);
    const longest = Math.max(...histories.map(([, events]) => events.length));
    for (let from = 0; from < longest; from += WAVE_EVENTS)
      await Promise.all(
        histories.map(([espace, events]) => storeHistory(store, espace, events.slice(from, from + WAVE_EVENTS), from)),
      );
    onProgress(`${done + histories.length} of ${espaces.length} espaces stored`);
  }
};
