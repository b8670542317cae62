/**
 * What a code is for. An invitation's, and that for a new password, which stands alone between a stranger and the account,
 * are 12 characters, both cases and digits, without look-alikes; the others are 6 digits: to identify oneself, to verify
 * a changed contact, to sign in.
 */
export type CodeKind = 'invitation' | 'identification' | 'contact' | 'sign-in' | 'password-reset';

/**
 * Codes are derived, never stored: an event carries a `codeId` (UUID) and the code is a keyed hash of it. Whoever sends
 * the message derives the code from the event, as often as it takes to send it; whoever steals the database has no code.
 * Two ids never share a code by more than chance, so a `codeId` must be drawn for one person alone.
 */
export interface OneTimeCodes {
  codeFor(kind: CodeKind, codeId: string): string;
  /** Takes the same time for every wrong code of the right length. Case matters. */
  matches(kind: CodeKind, codeId: string, given: string): boolean;
}
