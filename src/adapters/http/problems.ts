import type { Facts } from '../../domain/access/facts.ts';
import type { Verdict } from '../../domain/access/judge.ts';
import type { Rule } from '../../domain/access/rule-book.ts';
import { fieldSentence } from './field-sentences.ts';
import { type Language, sentenceOf } from './problem-sentences.ts';

/** A field that was not as it must be: where, and which constraint. */
export type FieldError = { readonly field: string; readonly message: string };

/** RFC 9457 `application/problem+json`; `code` is the refusal's literal. */
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly instance: string;
  readonly errors?: readonly FieldError[];
  readonly rule?: string;
  readonly legalBasis?: string;
};

/** Statuses of codes that are not 409, the status of a refusal. */
const STATUS: Readonly<Record<string, number>> = {
  'invalid-request': 400,
  'invalid-json': 400,
  'invalid-cursor': 400,
  'multipart-truncated': 400,
  'multipart-malformed': 400,
  'body-truncated': 400,
  'file-missing': 400,
  'too-many-files': 400,
  'file-empty': 400,
  'metadata-invalid': 400,
  'field-repeated': 400,
  'organisation-required': 400,
  'organisation-unknown': 403,
  'profession-required': 400,
  'profession-unknown': 403,
  'professional-without-rpps': 403,
  // RFC 9470: to be authenticated again, better.
  'authentication-too-weak': 401,
  unauthenticated: 401,
  'token-invalid': 401,
  'token-expired': 401,
  'credentials-wrong': 401,
  'access-refused': 403,
  'password-wrong': 403,
  'not-found': 404,
  'espace-unknown': 404,
  'document-unknown': 404,
  'ticket-unknown': 404,
  'identity-check-unknown': 404,
  'contact-correction-unknown': 404,
  'proof-wrong': 403,
  'attachments-not-shared': 403,
  'method-not-allowed': 405,
  'not-acceptable': 406,
  'version-mismatch': 412,
  'body-too-large': 413,
  'file-too-large': 413,
  'media-type-not-supported': 415,
  'file-type-not-allowed': 415,
  'file-type-mismatch': 415,
  'range-not-satisfiable': 416,
  'idempotency-key-reused': 422,
  'file-infected': 422,
  'precondition-required': 428,
  'too-many-requests': 429,
  'too-many-tries': 429,
  'code-asked-too-soon': 429,
  'account-locked': 429,
  'too-many-codes': 429,
  'session-closed': 401,
  'challenge-unknown': 404,
  'session-unknown': 404,
  'device-unknown': 404,
  'identity-not-verified': 401,
  'sign-in-needed': 403,
  'code-wrong': 401,
  'invitation-unknown': 404,
  'delegation-unknown': 404,
  'content-damaged': 500,
  fault: 500,
  busy: 503,
  'stream-busy': 503,
  'keys-unreachable': 503,
};

export const statusOf = (code: string): number => STATUS[code] ?? 409;

/** Seconds after which asking again may help, where that is known of the code alone. */
const RETRY_AFTER_SECONDS: Readonly<Record<string, number>> = {
  'code-asked-too-soon': 30,
  'too-many-tries': 900,
  'too-many-codes': 900,
  'account-locked': 900,
  busy: 1,
  'stream-busy': 1,
  'keys-unreachable': 5,
};

const retryAfter = (code: string): Readonly<Record<string, string>> => {
  const seconds = RETRY_AFTER_SECONDS[code];
  return seconds === undefined ? {} : { 'Retry-After': String(seconds) };
};

/** What went wrong, for whoever asked: thrown anywhere below a route, turned into an answer in one place. */
export class ProblemError extends Error {
  readonly code: string;
  readonly errors: readonly FieldError[];
  readonly rule: Rule | null;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: string,
    more: {
      readonly errors?: readonly FieldError[];
      readonly rule?: Rule;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(code);
    this.name = 'ProblemError';
    this.code = code;
    this.errors = more.errors ?? [];
    this.rule = more.rule ?? null;
    this.headers = more.headers ?? retryAfter(code);
  }
}

/** A denial, as the actor may hear of it: as an unknown id where they must not know, else by the rule that is shown. */
export const denial = (verdict: Verdict): ProblemError =>
  verdict.hidden || hasNoStanding(verdict.facts)
    ? new ProblemError('not-found')
    : new ProblemError('access-refused', { rule: verdict.shown });

/** Whoever does not act for the person, or no more, knows of nothing here. */
const hasNoStanding = ({ actor, delegated, invited, declaringParent }: Facts): boolean =>
  (actor === 'representative' || actor === 'carer') && !delegated && !invited && !declaringParent;

const inLanguage = ({ field, message }: FieldError, language: Language): FieldError => ({
  field,
  message: fieldSentence(message, language),
});

/** `instance`: the request's id, which the logs carry too; never the URL, which names people. */
export const problemBody = (error: ProblemError, language: Language, instance: string): Problem => {
  const { title, detail } = sentenceOf(error.code, language);
  return {
    type: `urn:problem:${error.code}`,
    title,
    status: statusOf(error.code),
    code: error.code,
    detail: error.rule ? error.rule.says[language] : detail,
    instance,
    ...(error.errors.length > 0 ? { errors: error.errors.map(one => inLanguage(one, language)) } : {}),
    ...(error.rule ? { rule: error.rule.id, legalBasis: error.rule.legalBasis } : {}),
  };
};
