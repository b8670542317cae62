import type { AllStreamRecordedEvent, RecordedEvent as ServerEvent } from '@eventstore/db-client';
import type { JsonObject } from '../../domain/shared/json.ts';
import type { NewEvent, RecordedEvent, StreamName } from '../../ports/event-store.ts';
import { checkpointOf } from './log-checkpoint.ts';

/** What stands in an event's metadata on the server, as JSON; the rest has a place of its own there. */
type Metadata = Pick<NewEvent, 'at' | 'requestId'>;

export const metadataOf = ({ at, requestId }: NewEvent): Metadata => ({ at, requestId });

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const isMetadata = (value: unknown): value is Metadata =>
  isObject(value) && typeof value.at === 'string' && typeof value.requestId === 'string';

/** The event as it was appended; null where it was not appended by this store. */
export const recordedEvent = (
  stream: StreamName,
  event: ServerEvent | AllStreamRecordedEvent,
): RecordedEvent | null => {
  const { id, type, data, metadata, revision, position } = event;
  if (!event.isJson || !isObject(data) || !isMetadata(metadata) || position === undefined) return null;
  return {
    id,
    type,
    at: metadata.at,
    requestId: metadata.requestId,
    data: data as JsonObject,
    stream,
    version: Number(revision) + 1,
    checkpoint: checkpointOf(position),
  };
};
