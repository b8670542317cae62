import { remindLogin } from '../../../application/sign-in/forgotten-login.ts';
import { askPasswordReset, resetPassword } from '../../../application/sign-in/forgotten-password.ts';
import type { RecoveryDeps } from '../../../application/sign-in/recovery.ts';
import { PASSWORD_FLAWS } from '../../../domain/account/password-rules.ts';
import { vitaleSerial } from '../../../domain/shared/identifiers.ts';
import { idIn } from '../asking.ts';
import { ForgottenLogin, ForgottenPassword, ResetPassword } from '../requests/sessions.ts';
import { type Route, route } from '../route.ts';
import { succeeded } from '../succeeded.ts';

/** For those who forgot with what to sign in. */
export const recoveryRoutes = (deps: RecoveryDeps): readonly Route[] => [
  route({
    method: 'POST',
    path: '/v1/sessions/forgotten-login',
    operation: 'remindLogin',
    tag: 'Sign-in',
    summary: 'Have the login sent to a contact of the account; the answer never says whether there is one',
    audience: 'anonymous',
    body: ForgottenLogin,
    answers: { 202: null },
    problems: ['code-asked-too-soon', 'too-many-requests'],
    async handle(call) {
      const asked = { ...call.body, vitaleSerial: vitaleSerial(call.body.vitaleSerial) ?? call.body.vitaleSerial };
      succeeded(await remindLogin(deps, asked, call.request()));
      return { status: 202 };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/sessions/forgotten-password',
    operation: 'askPasswordReset',
    tag: 'Sign-in',
    summary: 'Have a code for a new password sent; the answer never says whether the login is known',
    audience: 'anonymous',
    body: ForgottenPassword,
    answers: { 202: 'PasswordReset' },
    problems: ['code-asked-too-soon', 'too-many-requests'],
    async handle(call) {
      const { login, channel, birthDate = null } = call.body;
      const asked = { login, channel, birthDate, network: call.network };
      const { resetId } = succeeded(await askPasswordReset(deps, asked, call.request()));
      return { status: 202, body: { resetId } };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/sessions/forgotten-password/:reset',
    operation: 'resetPassword',
    tag: 'Sign-in',
    summary: 'The code that was sent, for a new password: every session ends, and a lock is lifted',
    audience: 'anonymous',
    body: ResetPassword,
    answers: { 204: null },
    problems: [
      'code-wrong',
      'code-expired',
      'code-used',
      'too-many-tries',
      ...PASSWORD_FLAWS,
      'password-reused',
      'too-many-requests',
    ],
    async handle(call) {
      const { code, newPassword } = call.body;
      const given = { resetId: idIn(call, 'reset'), code, password: newPassword };
      succeeded(await resetPassword(deps, given, call.request()));
      return { status: 204 };
    },
  }),
];
