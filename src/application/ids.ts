import { hash } from 'node:crypto';

/**
 * A UUID (version 5 layout, SHA-256) that is the same for the same request and purpose. Everything a request makes is
 * named this way, so that a repeated request makes the same thing again instead of a second one.
 */
export const derivedId = (requestId: string, purpose: string): string =>
  uuidOfHex(hash('sha256', `${requestId}\0${purpose}`, 'hex'));

/** The first 16 bytes of `digest` as a UUID with the version 5 and variant bits set. */
export const uuidOf = (digest: Buffer): string => uuidOfHex(digest.toString('hex', 0, 16));

const uuidOfHex = (hex: string): string => {
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** True where the id derives from something a client can send again (an Idempotency-Key), rather than from chance. */
export const isRepeatable = (requestId: string): boolean => requestId.charAt(14) === '5';

/** The same id as that of a request which is carried out anew each time it is sent. */
export const unrepeatable = (requestId: string): string => `${requestId.slice(0, 14)}4${requestId.slice(15)}`;
