import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import type { CodeKind, OneTimeCodes } from '../../ports/one-time-codes.ts';

/** Letters and digits that no print or eye confuses: without 0 O o, 1 I i L l. */
const ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789';
const LONG_LENGTH = 12;
/** The largest multiple of the alphabet's size in a byte: above it a byte would favour the first letters. */
const UNBIASED_BELOW = 256 - (256 % ALPHABET.length);
const DIGITS = 6;
/** 48 bits for six digits: the bias is below 1 in 10^8. */
const DIGIT_BYTES = 6;

/** Codes as HMAC-SHA256 of kind and id under `secret`. */
export const createDerivedCodes = (secret: Uint8Array): OneTimeCodes => {
  const key = createSecretKey(secret);

  const derive = (kind: CodeKind, codeId: string, round: number): Buffer =>
    createHmac('sha256', key).update(`${kind}\0${codeId}\0${round}`).digest();

  const long = (kind: CodeKind, codeId: string): string => {
    for (let round = 0; ; round++) {
      const bytes = derive(kind, codeId, round).filter(byte => byte < UNBIASED_BELOW);
      const code = Array.from(bytes.subarray(0, LONG_LENGTH), byte => ALPHABET[byte % ALPHABET.length]).join('');
      // "Mixed case" is promised, not only likely.
      if (code.length === LONG_LENGTH && /[A-Z]/.test(code) && /[a-z]/.test(code) && /\d/.test(code)) return code;
    }
  };

  const codeFor = (kind: CodeKind, codeId: string): string => {
    if (kind === 'invitation' || kind === 'password-reset') return long(kind, codeId);
    const number = derive(kind, codeId, 0).readUIntBE(0, DIGIT_BYTES) % 10 ** DIGITS;
    return String(number).padStart(DIGITS, '0');
  };

  return {
    codeFor,
    matches(kind, codeId, given) {
      const expected = Buffer.from(codeFor(kind, codeId));
      const actual = Buffer.from(given);
      return expected.byteLength === actual.byteLength && timingSafeEqual(expected, actual);
    },
  };
};
