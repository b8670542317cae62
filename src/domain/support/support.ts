import type { CodeChannel } from '../account/contacts.ts';
import {
  CODE_VALIDITY_MS,
  issued,
  isTooSoonAfter,
  judge,
  MAX_WRONG_TRIES,
  type OneTimeCode,
  withWrongTry,
} from '../account/one-time-code.ts';
import type { Staff } from '../shared/actor.ts';
import { accept, type Decision, refuse } from '../shared/decider.ts';
import { type Instant, plusDays, plusMs } from '../shared/time.ts';

/**
 * What the help desk (3422) does for a person who calls: it makes sure of who they are, by a code sent to a contact that is
 * known or by the end of their IBAN, and may then help them back in. Published: "code par courrier" or "5 derniers
 * caractères de l'IBAN"; the limits are decided. On the person's own stream, so that who was identified by whom, and until
 * when, is a fact that the rule book looks at and the person can read.
 */

/** How the code reaches the person; a letter takes days. */
export type CheckChannel = CodeChannel | 'POST';
export const CHECK_CHANNELS = ['EMAIL', 'SMS', 'POST'] as const satisfies readonly CheckChannel[];
export const CHECK_METHODS = ['CODE', 'IBAN'] as const;
export type CheckMethod = (typeof CHECK_METHODS)[number];

// Events

type Event<T extends string, D> = { readonly type: T; readonly at: Instant; readonly data: D & { readonly by: Staff } };

export type SupportEvent =
  /** `checkId`: the code derives from it. `channel`: null where the IBAN is asked for. */
  | Event<
      'IdentityCheckStarted',
      {
        readonly checkId: string;
        readonly method: CheckMethod;
        readonly channel: CheckChannel | null;
        readonly expiresAt: Instant;
      }
    >
  | Event<'IdentityCheckFailed', { readonly checkId: string }>
  /** `until`: first instant at which the same agent has to ask again. */
  | Event<'IdentityConfirmed', { readonly checkId: string; readonly method: CheckMethod; readonly until: Instant }>
  /** A new contact, which counts once the code sent there came back. `value`: as `emailAddress` and `mobileNumber` give it. */
  | Event<
      'ContactCorrectionRequested',
      {
        readonly correctionId: string;
        readonly channel: CodeChannel;
        readonly value: string;
        readonly expiresAt: Instant;
      }
    >
  | Event<'ContactCorrectionFailed', { readonly correctionId: string }>
  | Event<'ContactCorrected', { readonly correctionId: string; readonly channel: CodeChannel; readonly value: string }>;

// Commands

type Command<T extends string, D> = D & { readonly type: T; readonly at: Instant; readonly by: Staff };

export type SupportCommand =
  | Command<
      'start-identity-check',
      { readonly checkId: string; readonly method: CheckMethod; readonly channel: CheckChannel | null }
    >
  /** Whether what the person said is the code, and whether it is the end of their IBAN: the check says which counts. */
  | Command<'give-proof', { readonly checkId: string; readonly codeMatches: boolean; readonly ibanMatches: boolean }>
  | Command<
      'request-contact-correction',
      { readonly correctionId: string; readonly channel: CodeChannel; readonly value: string }
    >
  | Command<'verify-contact-correction', { readonly correctionId: string; readonly codeMatches: boolean }>;

// Refusals

export type SupportRefusal =
  | 'identity-check-unknown'
  | 'contact-correction-unknown'
  | 'code-asked-too-soon'
  | 'too-many-codes'
  | 'too-many-tries'
  | 'code-used'
  | 'code-expired';

// State

export type IdentityCheck = {
  readonly agent: string;
  readonly method: CheckMethod;
  readonly channel: CheckChannel | null;
  readonly code: OneTimeCode;
};

export type SupportState = {
  /** The newest of each kind; a newer one voids it. A letter stands beside what is asked on the telephone. */
  readonly call: IdentityCheck | null;
  readonly letter: IdentityCheck | null;
  /** When checks began and codes to new contacts were sent; the newest `MAX_CHECKS_A_DAY`. */
  readonly begun: readonly Instant[];
  /** When a proof was wrong since the last right one; the newest `MAX_WRONG_TRIES`. */
  readonly wrong: readonly Instant[];
  /** The last time somebody was identified, and for whom that counts. */
  readonly confirmed: { readonly agent: string; readonly until: Instant } | null;
  readonly correction: {
    readonly channel: CodeChannel;
    readonly value: string;
    readonly code: OneTimeCode;
  } | null;
};

export const initialSupport: SupportState = {
  call: null,
  letter: null,
  begun: [],
  wrong: [],
  confirmed: null,
  correction: null,
};

/** How long an identity that was confirmed counts, for the agent who confirmed it. Decided. */
export const CONFIRMATION_MS = 30 * 60_000;
/** A letter has to arrive, and the person to call again. Decided. */
export const LETTER_DAYS = 15;
/** Checks begun for one person within 24 hours: each gives new tries at a code. Decided. */
export const MAX_CHECKS_A_DAY = 10;

/** Whether this agent has made sure, lately, of who calls. */
export const isConfirmed = ({ confirmed }: SupportState, agent: string, at: Instant): boolean =>
  confirmed !== null && confirmed.agent === agent && at < confirmed.until;

/** The check of this id, if it is the newest of its kind. A letter may be answered to any agent, a call to the one who asked. */
export const checkOf = (state: SupportState, checkId: string, agent: string): IdentityCheck | null => {
  if (state.letter?.code.codeId === checkId) return state.letter;
  return state.call?.code.codeId === checkId && state.call.agent === agent ? state.call : null;
};

// Evolve

export const evolveSupport = (state: SupportState, event: SupportEvent): SupportState => {
  const { at, data } = event;
  switch (event.type) {
    case 'IdentityCheckStarted': {
      const { checkId, method, channel, expiresAt, by } = event.data;
      const check = { agent: by.id, method, channel, code: issued(checkId, at, expiresAt) };
      const begun = [...state.begun, at].slice(-MAX_CHECKS_A_DAY);
      return channel === 'POST' ? { ...state, begun, letter: check } : { ...state, begun, call: check };
    }
    case 'IdentityCheckFailed': {
      const { checkId } = event.data;
      const wrong = [...state.wrong, at].slice(-MAX_WRONG_TRIES);
      return { ...withCheck(state, checkId, withWrongTry), wrong };
    }
    case 'IdentityConfirmed': {
      const { checkId, until } = event.data;
      const used = withCheck(state, checkId, code => ({ ...code, used: true }));
      return { ...used, wrong: [], confirmed: { agent: data.by.id, until } };
    }
    case 'ContactCorrectionRequested': {
      const { correctionId, channel, value, expiresAt } = event.data;
      const begun = [...state.begun, at].slice(-MAX_CHECKS_A_DAY);
      return { ...state, begun, correction: { channel, value, code: issued(correctionId, at, expiresAt) } };
    }
    case 'ContactCorrectionFailed': {
      const { correction } = state;
      return { ...state, correction: correction && { ...correction, code: withWrongTry(correction.code) } };
    }
    case 'ContactCorrected': {
      const { correction } = state;
      return { ...state, correction: correction && { ...correction, code: { ...correction.code, used: true } } };
    }
  }
};

const withCheck = (state: SupportState, checkId: string, change: (code: OneTimeCode) => OneTimeCode): SupportState => {
  const changed = (check: IdentityCheck | null): IdentityCheck | null =>
    check?.code.codeId === checkId ? { ...check, code: change(check.code) } : check;
  return { ...state, call: changed(state.call), letter: changed(state.letter) };
};

// Decide

type Decided = Decision<SupportEvent, SupportRefusal>;
type CommandOf<T extends SupportCommand['type']> = SupportCommand & { readonly type: T };

export const decideSupport = (state: SupportState, command: SupportCommand): Decided => {
  switch (command.type) {
    case 'start-identity-check':
      return start(state, command);
    case 'give-proof':
      return giveProof(state, command);
    case 'request-contact-correction':
      return requestCorrection(state, command);
    case 'verify-contact-correction':
      return verifyCorrection(state, command);
  }
};

const tooMany = ({ begun }: SupportState, at: Instant): 'code-asked-too-soon' | 'too-many-codes' | null => {
  if (isTooSoonAfter(begun.at(-1) ?? null, at)) return 'code-asked-too-soon';
  return begun.length === MAX_CHECKS_A_DAY && at < plusDays(begun[0] as Instant, 1) ? 'too-many-codes' : null;
};

/** Over all checks and agents: five digits are soon guessed where each new check gives new tries. */
const isExhausted = ({ wrong }: SupportState, at: Instant): boolean =>
  wrong.length === MAX_WRONG_TRIES && at < plusDays(wrong[0] as Instant, 1);

const start = (
  state: SupportState,
  { at, by, checkId, method, channel }: CommandOf<'start-identity-check'>,
): Decided => {
  const refusal = isExhausted(state, at) ? 'too-many-tries' : tooMany(state, at);
  if (refusal !== null) return refuse(refusal);
  const expiresAt = channel === 'POST' ? plusDays(at, LETTER_DAYS) : plusMs(at, CODE_VALIDITY_MS);
  return accept({ type: 'IdentityCheckStarted', at, data: { by, checkId, method, channel, expiresAt } });
};

/** A wrong proof is something that happened: accepted, and counted. */
const giveProof = (
  state: SupportState,
  { at, by, checkId, codeMatches, ibanMatches }: CommandOf<'give-proof'>,
): Decided => {
  const check = checkOf(state, checkId, by.id);
  if (check === null) return refuse('identity-check-unknown');
  if (isExhausted(state, at)) return refuse('too-many-tries');
  const verdict = judge(check.code, check.method === 'CODE' ? codeMatches : ibanMatches, at);
  if (verdict === 'code-wrong') return accept({ type: 'IdentityCheckFailed', at, data: { by, checkId } });
  if (verdict !== 'code-right') return refuse(verdict);
  const data = { by, checkId, method: check.method, until: plusMs(at, CONFIRMATION_MS) };
  return accept({ type: 'IdentityConfirmed', at, data });
};

const requestCorrection = (
  state: SupportState,
  { at, by, correctionId, channel, value }: CommandOf<'request-contact-correction'>,
): Decided => {
  const refusal = tooMany(state, at);
  if (refusal !== null) return refuse(refusal);
  const expiresAt = plusMs(at, CODE_VALIDITY_MS);
  return accept({ type: 'ContactCorrectionRequested', at, data: { by, correctionId, channel, value, expiresAt } });
};

const verifyCorrection = (
  state: SupportState,
  { at, by, correctionId, codeMatches }: CommandOf<'verify-contact-correction'>,
): Decided => {
  const { correction } = state;
  if (correction?.code.codeId !== correctionId) return refuse('contact-correction-unknown');
  const verdict = judge(correction.code, codeMatches, at);
  if (verdict === 'code-wrong') return accept({ type: 'ContactCorrectionFailed', at, data: { by, correctionId } });
  if (verdict !== 'code-right') return refuse(verdict);
  const { channel, value } = correction;
  return accept({ type: 'ContactCorrected', at, data: { by, correctionId, channel, value } });
};
