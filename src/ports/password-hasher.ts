/** `busy`: as many as may wait are waiting already; nothing was done, and the same call may be made later. */
export type Hashed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: 'busy' };

/** A slow, memory-hard hash. Each call costs tens of milliseconds of one core, whatever its outcome. */
export interface PasswordHasher {
  /** A PHC string with its own salt and parameters. */
  hash(password: string): Promise<Hashed<string>>;
  /** Whether `password` gave `phc`. Rejects where `phc` is not one of ours. */
  verify(password: string, phc: string): Promise<Hashed<boolean>>;
  /** False, after the same work: for a login that nobody has, so that the time taken does not say so. */
  verifyForNobody(password: string): Promise<Hashed<boolean>>;
}
