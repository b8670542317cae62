import type { KeyObject } from 'node:crypto';
import type { Json, JsonObject } from '../../domain/shared/json.ts';
import type { RecordedEvent, StreamName, Version } from '../../ports/event-store.ts';
import type { KeyId } from '../../ports/key-vault.ts';
import { lockBox, openBox } from '../shared/box.ts';

/** What stands at rest instead of an event's data. `sealed`: nonce, ciphertext and tag, base64url. */
export type SealedData = { readonly keyId: KeyId; readonly sealed: string };

/** An event that does not open where it stands: changed, moved, renamed, or never sealed. */
export class SealBrokenError extends Error {
  readonly stream: StreamName;
  readonly version: Version;
  constructor(stream: StreamName, version: Version) {
    super(`the seal of event ${version} of ${stream} is broken`);
    this.name = 'SealBrokenError';
    this.stream = stream;
    this.version = version;
  }
}

type Place = { readonly stream: StreamName; readonly version: Version; readonly type: string };

/** No two places give the same text, whatever is in their names: only the last part is of unknown length. */
const contextOf = ({ stream, version, type }: Place): string => `${version}:${type.length}:${type}${stream}`;

/** `text` is the JSON of the event's data. */
export const seal = (key: KeyObject, keyId: KeyId, place: Place, text: string): SealedData => ({
  keyId,
  sealed: lockBox(key, contextOf(place), text).toString('base64url'),
});

const isText = (value: Json | undefined): value is string => typeof value === 'string';

/** Throws `SealBrokenError` where `event` holds no sealed data. */
export const sealedDataOf = (event: RecordedEvent): SealedData => {
  const { keyId, sealed } = event.data;
  if (!isText(keyId) || !isText(sealed)) throw new SealBrokenError(event.stream, event.version);
  return { keyId, sealed };
};

/** The event as it was before it was sealed; throws `SealBrokenError`. `key` null: the key was destroyed. */
export const unseal = (key: KeyObject | null, event: RecordedEvent): RecordedEvent => {
  const { sealed } = sealedDataOf(event);
  if (key === null) return { ...event, data: {}, erased: true };
  const plaintext = openBox(key, contextOf(event), Buffer.from(sealed, 'base64url'));
  if (plaintext === null) throw new SealBrokenError(event.stream, event.version);
  return { ...event, data: JSON.parse(plaintext.toString('utf8')) as JsonObject };
};
