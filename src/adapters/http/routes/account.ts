import { type ChangePasswordDeps, changePassword } from '../../../application/sign-in/change-password.ts';
import {
  changeMemberContacts,
  type MemberContactsDeps,
  verifyMemberContact,
} from '../../../application/sign-in/member-contacts.ts';
import { emailAddress, mobileNumber } from '../../../domain/account/contacts.ts';
import { PASSWORD_FLAWS } from '../../../domain/account/password-rules.ts';
import { maskEmail, maskPhone } from '../../../domain/shared/identifiers.ts';
import { ChangeMyContacts, ChangePassword, VerifyMyContact } from '../requests/account.ts';
import { type Route, route } from '../route.ts';
import { signedIn } from '../signed-in.ts';
import { succeeded } from '../succeeded.ts';

/** What somebody who is signed in changes of their account. */
export const accountRoutes = (deps: ChangePasswordDeps & MemberContactsDeps): readonly Route[] => [
  route({
    method: 'PUT',
    path: '/v1/me/password',
    operation: 'changePassword',
    tag: 'Sign-in',
    summary: 'Another password; every other session ends',
    audience: 'holder',
    body: ChangePassword,
    answers: { 204: null },
    problems: ['password-wrong', 'account-locked', ...PASSWORD_FLAWS, 'password-reused'],
    async handle(call) {
      const given = { current: call.body.current, wanted: call.body.new };
      succeeded(await changePassword(deps, signedIn(call), given, call.request()));
      return { status: 204 };
    },
  }),
  route({
    method: 'PUT',
    path: '/v1/me/contacts',
    operation: 'changeMyContacts',
    tag: 'Sign-in',
    summary: 'Other contacts, with the password: a code is sent to each new one',
    audience: 'holder',
    body: ChangeMyContacts,
    answers: { 200: 'PendingContacts' },
    problems: ['password-wrong', 'account-locked', 'code-asked-too-soon'],
    async handle(call) {
      const { password, email, mobile } = call.body;
      const wanted = {
        ...(email === undefined ? {} : { EMAIL: emailAddress(email) as string }),
        ...(mobile === undefined ? {} : { SMS: mobileNumber(mobile) as string }),
      };
      const { pending } = succeeded(await changeMemberContacts(deps, signedIn(call), password, wanted, call.request()));
      const toVerify = pending.map(({ channel, value, expiresAt }) => ({
        channel,
        sentTo: channel === 'EMAIL' ? maskEmail(value) : maskPhone(value),
        expiresAt,
      }));
      return { status: 200, body: { toVerify } };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/me/contacts/verifications',
    operation: 'verifyMyContact',
    tag: 'Sign-in',
    summary: 'Give back the code sent to a new contact; the one before is told',
    audience: 'holder',
    body: VerifyMyContact,
    answers: { 204: null },
    problems: ['contact-not-pending', 'code-wrong', 'code-expired', 'code-used', 'too-many-tries'],
    async handle(call) {
      succeeded(await verifyMemberContact(deps, signedIn(call), call.body, call.request()));
      return { status: 204 };
    },
  }),
];
