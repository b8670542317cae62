import { describe, expect, test } from 'vitest';
import { problemCodesOf } from '../../src/adapters/http/openapi/problem-answers.ts';
import { CODES_WITH_SENTENCES, sentenceOf } from '../../src/adapters/http/problem-sentences.ts';
import { ProblemError, problemBody, statusOf } from '../../src/adapters/http/problems.ts';
import type { AnswerRefusal } from '../../src/application/delegation/answer.ts';
import type { ActivationRefusal } from '../../src/application/enrolment/activate.ts';
import type { ResetRefusal } from '../../src/application/sign-in/forgotten-password.ts';
import type { TokenRefusal } from '../../src/application/sign-in/sessions.ts';
import type { CompleteRefusal, StartRefusal } from '../../src/application/sign-in/sign-in.ts';
import type { EnrolmentRefusal } from '../../src/domain/enrolment/enrolment.ts';
import type { RecordRefusal } from '../../src/domain/record/record.ts';
import type { TicketRefusal } from '../../src/domain/ticket/ticket.ts';
import type { FileRefusal } from '../../src/ports/file-inspector.ts';
import { ROUTES } from '../support/route-table.ts';

/**
 * Every refusal has its own words in both languages. The table does not compile where the domain refuses in a new way.
 *
 * Mutants seen to fail: a sentence taken out.
 */

type Told =
  | RecordRefusal
  | Exclude<ActivationRefusal, 'reset-unknown'>
  | AnswerRefusal
  | StartRefusal
  | ResetRefusal
  // Looks like a wrong code.
  | Exclude<CompleteRefusal, 'reset-unknown'>
  | TokenRefusal
  | FileRefusal
  | TicketRefusal
  // Told only where an import or an invitation is run, which is not over HTTP.
  | Exclude<EnrolmentRefusal, 'person-unknown' | 'not-invitable'>;

const TOLD = {
  'espace-unknown': 404,
  'espace-already-activated': 409,
  'espace-closed': 409,
  'espace-not-closed': 409,
  'espace-not-activated': 409,
  'espace-erased': 409,
  'espace-suspended': 409,
  'espace-not-suspended': 409,
  'holder-deceased': 409,
  'death-date-impossible': 409,
  'not-due-yet': 409,
  'professional-blocked': 409,
  'authorisation-end-in-the-past': 409,
  'emergency-masked-alone': 409,
  'too-many-entries': 409,
  'document-unknown': 404,
  'document-already-exists': 409,
  'too-many-documents': 409,
  'too-many-pins': 409,
  'document-already-visible-to-holder': 409,
  'only-professionals-announce': 409,
  'invitation-already-pending': 409,
  'already-delegate': 409,
  'other-delegation-exists': 409,
  'delegate-is-holder': 409,
  'too-many-carers': 409,
  'too-many-invitations': 409,
  'too-many-representatives': 409,
  'too-many-helped': 409,
  'too-many-offers': 409,
  'invitation-unknown': 404,
  'invitation-expired': 409,
  'delegation-unknown': 404,
  'delegation-not-yours-to-end': 409,
  'person-of-age': 409,
  'person-not-of-age': 409,
  'guardianship-end-in-the-past': 409,
  'own-espace-not-active': 409,
  'minor-represented': 409,
  'login-too-short': 409,
  'login-too-long': 409,
  'login-is-email': 409,
  'login-is-nir': 409,
  'login-is-iban': 409,
  'login-with-forbidden-character': 409,
  'login-taken': 409,
  'password-too-short': 409,
  'password-too-long': 409,
  'password-with-space': 409,
  'password-without-lower-case': 409,
  'password-without-upper-case': 409,
  'password-without-digit': 409,
  'password-without-special-character': 409,
  'password-with-personal-data': 409,
  'password-too-easy-to-guess': 409,
  'password-reused': 409,
  'password-wrong': 403,
  'identity-not-verified': 401,
  'identity-mismatch': 409,
  'contact-missing': 409,
  'contact-not-verified': 409,
  'contact-not-pending': 409,
  'contact-unknown': 409,
  'account-unknown': 409,
  'account-already-open': 409,
  'account-locked': 429,
  'channel-unknown': 409,
  'too-many-codes': 429,
  'too-many-tries': 429,
  'code-asked-too-soon': 429,
  'code-wrong': 401,
  'code-used': 409,
  'code-expired': 409,
  'challenge-unknown': 404,
  'device-unknown': 404,
  'credentials-wrong': 401,
  'session-closed': 401,
  'token-invalid': 401,
  'token-expired': 401,
  'file-empty': 400,
  'file-type-not-allowed': 415,
  'file-type-mismatch': 415,
  'file-infected': 422,
  'identity-check-unknown': 404,
  'contact-correction-unknown': 404,
  'ticket-unknown': 404,
  'ticket-closed': 409,
  'ticket-not-taken': 409,
  'too-many-tickets': 409,
  'too-many-messages': 409,
  'too-many-attachments': 409,
  busy: 503,
} as const satisfies Record<Told, number>;

/** Those that nobody refuses, but the front itself answers with. */
const ANSWERED = [...new Set(ROUTES.flatMap(problemCodesOf))];

describe('a code', () => {
  test.each(Object.entries(TOLD))('%s is answered with %i', (code, status) => {
    expect(statusOf(code)).toBe(status);
  });

  test.each([...new Set([...Object.keys(TOLD), ...ANSWERED])])('%s has words of its own in both languages', code => {
    expect(CODES_WITH_SENTENCES).toContain(code);
    const [fr, en] = [sentenceOf(code, 'fr'), sentenceOf(code, 'en')];
    for (const { title, detail } of [fr, en]) {
      expect(title).toMatch(/^\p{Lu}.*[^.]$/u);
      expect(detail).toMatch(/^\p{Lu}.*[.»]$/u);
    }
    expect(fr.detail).not.toBe(en.detail);
  });

  test('none has words that no one can hear', () => {
    const heard = new Set([...Object.keys(TOLD), ...ANSWERED, ...OF_THE_PROTOCOL]);
    expect([...CODES_WITH_SENTENCES].filter(code => !heard.has(code))).toEqual([]);
  });

  test('that asks to wait says how long', () => {
    for (const code of [...Object.keys(TOLD), ...ANSWERED].filter(
      one => statusOf(one) === 429 && one !== 'too-many-requests',
    ))
      expect(new ProblemError(code).headers['Retry-After']).toMatch(/^\d+$/);
  });
});

/** Answered by no route in particular. */
const OF_THE_PROTOCOL = ['method-not-allowed', 'not-found'];

test('a problem says no more than it must', () => {
  const body = problemBody(new ProblemError('not-found'), 'fr', 'urn:uuid:x');
  expect(Object.keys(body)).toEqual(['type', 'title', 'status', 'code', 'detail', 'instance']);
});
