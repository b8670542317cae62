import type { ProposedEvent } from './log.ts';
import { type Failure, invalidArgument, metadataMissing } from './statuses.ts';

type ProposedMessage = {
  getId(): { getString(): string } | undefined;
  getMetadataMap(): { get(key: string): string | undefined };
  getData_asU8(): Uint8Array;
  getCustomMetadata_asU8(): Uint8Array;
};

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const BYTES_PER_TYPE_CHARACTER = 2;

/** What an event counts for against the limit of one append. */
export const sizeOf = ({ type, data, metadata }: ProposedEvent): number =>
  data.length + metadata.length + type.length * BYTES_PER_TYPE_CHARACTER;

/** The event that a client proposes, or why the server does not take it. Ids are UUIDs and come back in small letters. */
export const proposedOf = (message: ProposedMessage): ProposedEvent | Failure => {
  const type = message.getMetadataMap().get('type');
  const contentType = message.getMetadataMap().get('content-type');
  const id = message.getId()?.getString() ?? '';
  if (type === undefined) return metadataMissing('type');
  if (contentType === undefined) return metadataMissing('content-type');
  if (!UUID.test(id)) return invalidArgument(`'${id}' is not a valid UUID`);
  return {
    id: id.toLowerCase(),
    type,
    isJson: contentType === 'application/json',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
};

export const isFailure = (value: ProposedEvent | Failure): value is Failure => 'code' in value;
