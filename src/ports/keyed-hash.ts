/**
 * What a stream is named by where its subject must be unique and must not be readable: `ins-<hash>`, `login-<hash>`.
 * Keyed, because a NIR or a login can be guessed and a plain digest of it tried out.
 */
export interface KeyedHash {
  /** HMAC-SHA256 of `value`, its first 128 bits, 32 lower-case hex digits; another for another purpose. */
  of(purpose: string, value: string): string;
}
