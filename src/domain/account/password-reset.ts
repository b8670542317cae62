import { accept, type Decision, refuse } from '../shared/decider.ts';
import { type Instant, plusDays, plusMs } from '../shared/time.ts';
import { type CodeChannel, type Contacts, contactOf } from './contacts.ts';
import type { PasswordObjection } from './credentials.ts';
import { CODE_VALIDITY_MS, issued, judge, type OneTimeCode, withWrongTry } from './one-time-code.ts';

/**
 * The way back for somebody who forgot a password, or whose account a stranger keeps locked: a code to a contact of the
 * account. Several may be under way at once, each with its own code and its own tries, so that nobody who asks in another's
 * name can void the code of the one whose account it is.
 */

// Events

type Event<T extends string, D> = { readonly type: T; readonly at: Instant; readonly data: D };

export type PasswordResetEvent =
  | Event<
      'PasswordResetRequested',
      {
        readonly resetId: string;
        readonly codeId: string;
        readonly channel: CodeChannel;
        /** Whether who asked gave the birth date of the person, too. */
        readonly withBirthDate: boolean;
        readonly expiresAt: Instant;
      }
    >
  /** The code was wrong. */
  | Event<'PasswordResetFailed', { readonly resetId: string }>
  /** The code was right, and is used up; the password changes when the journal has it. */
  | Event<'PasswordResetVerified', { readonly resetId: string }>;

// Commands

export type PasswordResetCommand =
  | {
      readonly type: 'ask-password-reset';
      readonly at: Instant;
      readonly resetId: string;
      readonly codeId: string;
      readonly channel: CodeChannel;
      readonly withBirthDate: boolean;
    }
  | {
      readonly type: 'verify-password-reset';
      readonly at: Instant;
      readonly resetId: string;
      readonly codeMatches: boolean;
      /** What is wrong with the new password: told only to whoever has the right code, which stays good. */
      readonly objection: PasswordObjection | null;
    };

// Refusals

export type PasswordResetRefusal =
  | 'channel-unknown'
  | 'too-many-codes'
  | 'reset-unknown'
  | 'too-many-tries'
  | 'code-used'
  | 'code-expired'
  | PasswordObjection;

// State

export type PasswordReset = {
  readonly resetId: string;
  readonly code: OneTimeCode;
  readonly channel: CodeChannel;
  readonly withBirthDate: boolean;
};

/** Those of the last day that no changed password has ended, oldest first. */
export type PasswordResets = readonly PasswordReset[];

/**
 * Codes sent within 24 hours to one account, counted apart for those who know the birth date: a stranger who asks without
 * end takes nothing from the person. Decided.
 */
export const MAX_RESETS_A_DAY = 10;

export const resetOf = (resets: PasswordResets, resetId: string): PasswordReset | undefined =>
  resets.find(reset => reset.resetId === resetId);

// Evolve

export const evolvePasswordResets = (resets: PasswordResets, event: PasswordResetEvent): PasswordResets => {
  const { resetId } = event.data;
  const withCode = (change: (code: OneTimeCode) => OneTimeCode): PasswordResets =>
    resets.map(reset => (reset.resetId === resetId ? { ...reset, code: change(reset.code) } : reset));
  switch (event.type) {
    case 'PasswordResetRequested': {
      const { codeId, channel, withBirthDate, expiresAt } = event.data;
      const code = issued(codeId, event.at, expiresAt);
      return [...ofTheLastDay(resets, event.at), { resetId, code, channel, withBirthDate }];
    }
    case 'PasswordResetFailed':
      return withCode(withWrongTry);
    case 'PasswordResetVerified':
      return withCode(code => ({ ...code, used: true }));
  }
};

const ofTheLastDay = (resets: PasswordResets, at: Instant): PasswordResets =>
  resets.filter(({ code }) => at < plusDays(code.issuedAt, 1));

// Decide

export const decidePasswordResets = (
  resets: PasswordResets,
  contacts: Contacts,
  command: PasswordResetCommand,
): Decision<PasswordResetEvent, PasswordResetRefusal> => {
  const { at, resetId } = command;
  switch (command.type) {
    case 'ask-password-reset': {
      const { codeId, channel, withBirthDate } = command;
      if (contactOf(contacts, channel) === null) return refuse('channel-unknown');
      const alike = ofTheLastDay(resets, at).filter(reset => reset.withBirthDate === withBirthDate);
      if (alike.length >= MAX_RESETS_A_DAY) return refuse('too-many-codes');
      const data = { resetId, codeId, channel, withBirthDate, expiresAt: plusMs(at, CODE_VALIDITY_MS) };
      return accept({ type: 'PasswordResetRequested', at, data });
    }
    case 'verify-password-reset': {
      const reset = resetOf(resets, resetId);
      if (!reset) return refuse('reset-unknown');
      const verdict = judge(reset.code, command.codeMatches, at);
      if (verdict === 'code-wrong') return accept({ type: 'PasswordResetFailed', at, data: { resetId } });
      if (verdict !== 'code-right') return refuse(verdict);
      if (command.objection !== null) return refuse(command.objection);
      return accept({ type: 'PasswordResetVerified', at, data: { resetId } });
    }
  }
};
