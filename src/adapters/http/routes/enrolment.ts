import { type ActivateDeps, type Activation, activate } from '../../../application/enrolment/activate.ts';
import {
  type ContactsDeps,
  changeContacts,
  type Enrolling,
  verifyContact,
} from '../../../application/enrolment/contacts.ts';
import { type IdentifyDeps, issueCode, verifyIdentity } from '../../../application/enrolment/identify.ts';
import { oppose } from '../../../application/enrolment/oppose.ts';
import type { Records } from '../../../application/records.ts';
import { emailAddress, mobileNumber } from '../../../domain/account/contacts.ts';
import type { LoginFlaw } from '../../../domain/account/login-rules.ts';
import { PASSWORD_FLAWS } from '../../../domain/account/password-rules.ts';
import { vitaleSerial } from '../../../domain/shared/identifiers.ts';
import type { ProofWriter } from '../../../ports/proof-writer.ts';
import { maskedContact, maskedContacts } from '../masked-contacts.ts';
import { oppositionProof } from '../opposition-proof.ts';
import { ProblemError } from '../problems.ts';
import { Activate, AskForCode, ChangeContacts, VerifyContact, VerifyIdentity } from '../requests/enrolment.ts';
import { Empty } from '../requests/espaces.ts';
import { type Call, type Route, route } from '../route.ts';
import { succeeded } from '../succeeded.ts';

const PROOF = '/v1/enrolment/opposition/proof';

/** What may be wrong with a login: as a table, so that none is forgotten. */
const LOGIN_FLAWS = Object.keys({
  'login-too-short': true,
  'login-too-long': true,
  'login-is-email': true,
  'login-is-nir': true,
  'login-is-iban': true,
  'login-with-forbidden-character': true,
} satisfies Record<LoginFlaw, true>);

/** Becoming a member, or saying no. */
export const enrolmentRoutes = (
  deps: IdentifyDeps & ContactsDeps & ActivateDeps & { readonly records: Records; readonly proofs: ProofWriter },
): readonly Route[] => [
  route({
    method: 'POST',
    path: '/v1/enrolment/codes',
    operation: 'askForCode',
    tag: 'Enrolment',
    summary: 'Have a code sent to the contact known to the fund; the answer never says whether the person is known',
    audience: 'anonymous',
    body: AskForCode,
    answers: { 202: null },
    problems: ['code-asked-too-soon', 'too-many-requests'],
    async handle(call) {
      const { nir, birthDate, channel } = call.body;
      const asked = { nir, birthDate, channel, vitaleSerial: serialOf(call.body.vitaleSerial) };
      succeeded(await issueCode(deps, asked, call.request()));
      return { status: 202 };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/enrolment/verifications',
    operation: 'verifyIdentity',
    tag: 'Enrolment',
    summary: 'Show with a code who one is',
    audience: 'anonymous',
    body: VerifyIdentity,
    answers: { 201: 'Verification' },
    problems: ['code-wrong', 'code-expired', 'code-used', 'identity-mismatch', 'too-many-tries', 'too-many-requests'],
    async handle(call) {
      const { code, nir, birthDate = null } = call.body;
      const given = { code, nir, birthDate, vitaleSerial: serialOf(call.body.vitaleSerial) };
      const { enrolmentToken, expiresAt, contacts, espaceStatus } = succeeded(
        await verifyIdentity(deps, given, call.request()),
      );
      return {
        status: 201,
        body: {
          enrolmentToken,
          expiresAt,
          contacts: maskedContacts(contacts),
          espaceStatus,
        },
      };
    },
  }),
  route({
    method: 'PUT',
    path: '/v1/enrolment/contacts',
    operation: 'changeContacts',
    tag: 'Enrolment',
    summary: 'Confirm the contacts known, or give others: a code is sent to each new one',
    audience: 'enrolling',
    body: ChangeContacts,
    answers: { 200: 'PendingContacts' },
    problems: ['identity-not-verified', 'minor-represented', 'contact-unknown', 'code-asked-too-soon'],
    async handle(call) {
      const { email, mobile } = call.body;
      const wanted = {
        ...(email === undefined ? {} : { EMAIL: emailAddress(email) as string }),
        ...(mobile === undefined ? {} : { SMS: mobileNumber(mobile) as string }),
      };
      const { pending } = succeeded(await changeContacts(deps, enrollingOf(call), wanted, call.request()));
      return {
        status: 200,
        body: {
          toVerify: pending.map(({ channel, value, expiresAt }) => ({
            channel,
            sentTo: maskedContact(channel, value),
            expiresAt,
          })),
        },
      };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/enrolment/contacts/verifications',
    operation: 'verifyContact',
    tag: 'Enrolment',
    summary: 'Give back the code sent to a new contact',
    audience: 'enrolling',
    body: VerifyContact,
    answers: { 204: null },
    problems: [
      'identity-not-verified',
      'minor-represented',
      'contact-not-pending',
      'code-wrong',
      'code-expired',
      'code-used',
      'too-many-tries',
    ],
    async handle(call) {
      succeeded(await verifyContact(deps, enrollingOf(call), call.body, call.request()));
      return { status: 204 };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/enrolment/activation',
    operation: 'activate',
    tag: 'Enrolment',
    summary: 'Accept the terms, choose login and password: the espace is activated',
    audience: 'enrolling',
    body: Activate,
    answers: { 201: 'Activation' },
    problems: [
      'identity-not-verified',
      'contact-not-verified',
      'minor-represented',
      'contact-missing',
      ...LOGIN_FLAWS,
      ...PASSWORD_FLAWS,
      'login-taken',
      'account-already-open',
      'espace-already-activated',
      'espace-closed',
      'espace-suspended',
      'holder-deceased',
      'espace-erased',
    ],
    async handle(call) {
      const asked: Activation = { accompaniment: 'ALONE', ...call.body };
      const { personId, login } = succeeded(await activate(deps, enrollingOf(call), asked, call.request()));
      return {
        status: 201,
        body: { espace: personId, login, status: 'activated' },
        headers: { Location: `/v1/espaces/${personId}` },
      };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/enrolment/opposition',
    operation: 'oppose',
    tag: 'Enrolment',
    summary: 'Say no to the espace; activating takes it back at any time',
    audience: 'enrolling',
    body: Empty,
    answers: { 201: 'Opposition' },
    problems: [
      'identity-not-verified',
      'minor-represented',
      'espace-already-activated',
      'espace-closed',
      'holder-deceased',
      'espace-erased',
    ],
    async handle(call) {
      const { reference, at } = succeeded(await oppose(deps, enrollingOf(call), call.request()));
      return { status: 201, body: { reference, opposedAt: at, proof: PROOF }, headers: { Location: PROOF } };
    },
  }),
  route({
    method: 'GET',
    path: PROOF,
    operation: 'getOppositionProof',
    tag: 'Enrolment',
    summary: 'The proof of opposition, as a PDF',
    audience: 'enrolling',
    answers: { 200: 'application/pdf' },
    async handle(call) {
      return oppositionProof(deps.proofs, (await deps.records.load(enrollingOf(call).personId)).state);
    },
  }),
];

const enrollingOf = ({ principal }: Call): Enrolling => {
  if (principal.kind !== 'enrolling') throw new ProblemError('unauthenticated');
  return principal;
};

/** As the fund writes it; it was validated before. */
const serialOf = (given: string): string => vitaleSerial(given) ?? given;
