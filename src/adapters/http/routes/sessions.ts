import { espacesOf } from '../../../application/delegation/attached.ts';
import type { Attachments } from '../../../application/delegation/attachments.ts';
import type { Records } from '../../../application/records.ts';
import type { ChangePasswordDeps } from '../../../application/sign-in/change-password.ts';
import { devicesOf, forgetDevice } from '../../../application/sign-in/devices.ts';
import type { MemberContactsDeps } from '../../../application/sign-in/member-contacts.ts';
import type { RecoveryDeps } from '../../../application/sign-in/recovery.ts';
import {
  closeSession,
  refreshSession,
  revokeOtherSessions,
  revokeSession,
  type SessionDeps,
  sessionsOf,
} from '../../../application/sign-in/sessions.ts';
import { completeSignIn, type SignInDeps, startSignIn, type Tokens } from '../../../application/sign-in/sign-in.ts';
import { maskEmail, maskPhone } from '../../../domain/shared/identifiers.ts';
import { idIn } from '../asking.ts';
import { deviceLabel } from '../device-label.ts';
import { presentAttached } from '../present-delegations.ts';
import { GiveCode, RefreshTokens, SignIn } from '../requests/sessions.ts';
import { type Route, route } from '../route.ts';
import { signedIn } from '../signed-in.ts';
import { succeeded } from '../succeeded.ts';
import { accountRoutes } from './account.ts';
import { recoveryRoutes } from './recovery.ts';

/** Signing in and out. Those with words of their own in the path come before those that take any id there. */
export const sessionRoutes = (
  deps: SignInDeps &
    SessionDeps &
    RecoveryDeps &
    ChangePasswordDeps &
    MemberContactsDeps & { readonly records: Records; readonly attachments: Attachments },
): readonly Route[] => [
  ...recoveryRoutes(deps),
  ...accountRoutes(deps),
  route({
    method: 'POST',
    path: '/v1/sessions',
    operation: 'startSignIn',
    tag: 'Sign-in',
    summary: 'Login and password; a one-time code is sent',
    audience: 'anonymous',
    body: SignIn,
    answers: { 202: 'Challenge' },
    problems: ['credentials-wrong', 'account-locked', 'channel-unknown', 'too-many-codes', 'too-many-requests', 'busy'],
    async handle(call) {
      const device = call.body.device?.trim() ?? deviceLabel(call.header('User-Agent'));
      const { challengeId, sentTo, channel, expiresAt } = succeeded(
        await startSignIn(deps, { ...call.body, device }, call.request()),
      );
      return {
        status: 202,
        body: { challengeId, sentTo: channel === 'EMAIL' ? maskEmail(sentTo) : maskPhone(sentTo), channel, expiresAt },
      };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/sessions/refresh',
    operation: 'refreshSession',
    tag: 'Sign-in',
    summary: 'New tokens for a refresh token, which is good once',
    audience: 'anonymous',
    body: RefreshTokens,
    answers: { 201: 'Tokens' },
    problems: ['token-invalid', 'token-expired', 'session-closed', 'too-many-requests'],
    async handle(call) {
      return tokensAnswer(succeeded(await refreshSession(deps, call.body.refreshToken, call.request())));
    },
  }),
  route({
    method: 'POST',
    path: '/v1/sessions/:session',
    operation: 'completeSignIn',
    tag: 'Sign-in',
    summary: 'The one-time code, for a session and its tokens',
    audience: 'anonymous',
    body: GiveCode,
    answers: { 201: 'Tokens' },
    problems: [
      'challenge-unknown',
      'code-wrong',
      'code-expired',
      'code-used',
      'too-many-tries',
      'account-locked',
      'session-closed',
    ],
    async handle(call) {
      const given = { challengeId: idIn(call, 'session'), code: call.body.code };
      return tokensAnswer(succeeded(await completeSignIn(deps, given, call.request())));
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/sessions/current',
    operation: 'signOut',
    tag: 'Sign-in',
    summary: 'Sign out, effective at once',
    audience: 'holder',
    answers: { 204: null },
    async handle(call) {
      succeeded(await closeSession(deps, signedIn(call), call.request()));
      return { status: 204 };
    },
  }),
  route({
    method: 'GET',
    path: '/v1/sessions',
    operation: 'listSessions',
    tag: 'Sign-in',
    summary: 'Where one is signed in',
    audience: 'holder',
    answers: { 200: 'Sessions' },
    async handle(call) {
      const me = signedIn(call);
      const items = (await sessionsOf(deps, me.personId)).map(
        ({ sessionId, device, channel, openedAt, lastUsedAt, expiresAt }) => ({
          id: sessionId,
          device,
          channel,
          openedAt,
          lastUsedAt,
          expiresAt,
          current: sessionId === me.sessionId,
        }),
      );
      return { status: 200, body: { items, next: null } };
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/sessions',
    operation: 'revokeOtherSessions',
    tag: 'Sign-in',
    summary: 'End every session but this one, effective at once',
    audience: 'holder',
    answers: { 204: null },
    async handle(call) {
      succeeded(await revokeOtherSessions(deps, signedIn(call), call.request()));
      return { status: 204 };
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/sessions/:session',
    operation: 'revokeSession',
    tag: 'Sign-in',
    summary: 'End one session, effective at once',
    audience: 'holder',
    answers: { 204: null },
    problems: ['session-unknown'],
    async handle(call) {
      succeeded(await revokeSession(deps, signedIn(call), idIn(call, 'session'), call.request()));
      return { status: 204 };
    },
  }),
  route({
    method: 'GET',
    path: '/v1/me/devices',
    operation: 'listDevices',
    tag: 'Sign-in',
    summary: 'Devices that signing in on is not told as something new, the one used last first',
    audience: 'holder',
    answers: { 200: 'Devices' },
    async handle(call) {
      const items = (await devicesOf(deps, signedIn(call))).map(({ id, name, lastSignInAt, current }) => ({
        id,
        name,
        lastSignInAt,
        current,
      }));
      return { status: 200, body: { items, next: null } };
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/me/devices/:device',
    operation: 'forgetDevice',
    tag: 'Sign-in',
    summary: 'Forget a device: every session on it but this one ends, and signing in on it is told as on a new one',
    audience: 'holder',
    answers: { 204: null },
    problems: ['device-unknown'],
    async handle(call) {
      succeeded(await forgetDevice(deps, signedIn(call), idIn(call, 'device'), call.request()));
      return { status: 204 };
    },
  }),
  route({
    method: 'GET',
    path: '/v1/me',
    operation: 'getMe',
    tag: 'Sign-in',
    summary: 'Who is signed in, and the espaces they have rights on',
    audience: 'holder',
    answers: { 200: 'Me' },
    async handle(call) {
      const { personId } = signedIn(call);
      const { state: account } = await deps.streams.accounts.load(personId);
      const { email, mobile } = account.contacts;
      return {
        status: 200,
        body: {
          login: account.credentials?.login ?? null,
          contacts: { email: email && maskEmail(email), mobile: mobile && maskPhone(mobile) },
          espaces: (await espacesOf(deps, personId)).map(presentAttached),
        },
      };
    },
  }),
];

const tokensAnswer = (tokens: Tokens) => ({
  status: 201,
  body: {
    accessToken: tokens.accessToken,
    tokenType: 'Bearer',
    accessTokenExpiresAt: tokens.accessTokenExpiresAt,
    refreshToken: tokens.refreshToken,
    refreshTokenExpiresAt: tokens.refreshTokenExpiresAt,
    session: tokens.sessionId,
    espace: tokens.personId,
  },
});
