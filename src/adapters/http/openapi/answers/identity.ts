import { ACTIONS } from '../../../../domain/access/question.ts';
import { CODE_CHANNELS } from '../../../../domain/account/contacts.ts';
import { MAX_KNOWN_DEVICES } from '../../../../domain/account/devices.ts';
import { MAX_LIVE_SESSIONS } from '../../../../domain/account/sessions.ts';
import { listOf, nullable, object, oneOf, type Schema } from '../json-schema.ts';
import { INSTANT, TEXT, UUID } from '../values.ts';
import { ESPACE_STATUS } from './espaces.ts';
import { EXAMPLE_IDS, type NamedAnswers } from './named-answers.ts';

const CHANNEL: Schema = oneOf(CODE_CHANNELS);
const SENT_TO: Schema = { ...TEXT, description: 'Where the code went, masked: `*****02858`, `m****@exemple.fr`' };
const CONTACTS: Schema = object('Masked', { email: nullable(TEXT), mobile: nullable(TEXT) });
/** Three parts, base64url (RFC 7515). */
export const TOKEN: Schema = { type: 'string', pattern: '^[\\w-]+\\.[\\w-]+\\.[\\w-]+$' };

/** Not a token of anybody: header and claims say so. */
export const EXAMPLE_TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJleGVtcGxlIn0.c2lnbmF0dXJl';
const EXAMPLE_CONTACTS = { email: 'd****@exemple.fr', mobile: '*****02858' };

export const IDENTITY_ANSWERS: NamedAnswers = {
  Verification: {
    schema: object('Somebody identified, who may now finish the enrolment', {
      enrolmentToken: TOKEN,
      expiresAt: INSTANT,
      contacts: CONTACTS,
      espaceStatus: ESPACE_STATUS,
    }),
    example: {
      enrolmentToken: EXAMPLE_TOKEN,
      expiresAt: '2026-11-20T09:15:00.000Z',
      contacts: EXAMPLE_CONTACTS,
      espaceStatus: 'created',
    },
  },
  PendingContacts: {
    schema: object('New contacts, each waiting for its code', {
      toVerify: listOf(object('', { channel: CHANNEL, sentTo: SENT_TO, expiresAt: INSTANT }), { maxItems: 2 }),
    }),
    example: { toVerify: [{ channel: 'SMS', sentTo: '*****45678', expiresAt: '2026-11-20T09:00:00.000Z' }] },
  },
  Activation: {
    schema: object('An espace, activated', { espace: UUID, login: TEXT, status: { const: 'activated' } }),
    example: { espace: EXAMPLE_IDS.espace, login: 'dominique.pt53', status: 'activated' },
    headers: { Location: true },
  },
  Opposition: {
    schema: object('An opposition, recorded', {
      reference: UUID,
      opposedAt: INSTANT,
      proof: { ...TEXT, description: 'Where the proof is, as a PDF' },
    }),
    example: {
      reference: EXAMPLE_IDS.reference,
      opposedAt: '2026-11-20T08:50:00.000Z',
      proof: '/v1/enrolment/opposition/proof',
    },
    headers: { Location: true },
  },
  Challenge: {
    schema: object('A one-time code was sent', {
      challengeId: UUID,
      sentTo: SENT_TO,
      channel: CHANNEL,
      expiresAt: INSTANT,
    }),
    example: {
      challengeId: EXAMPLE_IDS.challenge,
      sentTo: '*****02858',
      channel: 'SMS',
      expiresAt: '2026-11-20T09:00:00.000Z',
    },
  },
  Sessions: {
    schema: object('Where somebody is signed in, the newest session first', {
      items: listOf(
        object('', {
          id: UUID,
          device: nullable({ ...TEXT, description: 'As it was named, or the family of the browser; null: not known' }),
          channel: CHANNEL,
          openedAt: INSTANT,
          lastUsedAt: { ...INSTANT, description: 'When it was opened or last refreshed' },
          expiresAt: { ...INSTANT, description: 'Unless it is refreshed before' },
          current: { type: 'boolean', description: 'Whether it is the one that asks' },
        }),
        { maxItems: MAX_LIVE_SESSIONS },
      ),
      next: { type: 'null', description: 'There is never more than one page' },
    }),
    example: {
      items: [
        {
          id: EXAMPLE_IDS.session,
          device: 'Firefox, Windows',
          channel: 'SMS',
          openedAt: '2026-11-20T08:45:00.000Z',
          lastUsedAt: '2026-11-20T08:59:00.000Z',
          expiresAt: '2026-11-20T09:29:00.000Z',
          current: true,
        },
      ],
      next: null,
    },
  },
  Devices: {
    schema: object('Devices that somebody has signed in on, the one used last first', {
      items: listOf(
        object('', {
          id: UUID,
          name: { ...TEXT, description: 'As it was named, or the family of the browser' },
          lastSignInAt: INSTANT,
          current: { type: 'boolean', description: 'Whether the session that asks was opened on it' },
        }),
        { maxItems: MAX_KNOWN_DEVICES },
      ),
      next: { type: 'null', description: 'There is never more than one page' },
    }),
    example: {
      items: [
        {
          id: EXAMPLE_IDS.device,
          name: 'Firefox, Windows',
          lastSignInAt: '2026-11-20T08:45:00.000Z',
          current: true,
        },
      ],
      next: null,
    },
  },
  PasswordReset: {
    schema: object('A code was sent, if there is such an account', {
      resetId: { ...UUID, description: 'Where the code is to be given' },
    }),
    example: { resetId: EXAMPLE_IDS.reset },
  },
  Tokens: {
    schema: object('A session and its tokens', {
      accessToken: TOKEN,
      tokenType: { const: 'Bearer' },
      accessTokenExpiresAt: INSTANT,
      refreshToken: { ...TOKEN, description: 'Good once' },
      refreshTokenExpiresAt: INSTANT,
      session: UUID,
      espace: { ...UUID, description: 'The holder’s own' },
    }),
    example: {
      accessToken: EXAMPLE_TOKEN,
      tokenType: 'Bearer',
      accessTokenExpiresAt: '2026-11-20T09:00:00.000Z',
      refreshToken: EXAMPLE_TOKEN,
      refreshTokenExpiresAt: '2026-11-20T09:15:00.000Z',
      session: EXAMPLE_IDS.session,
      espace: EXAMPLE_IDS.espace,
    },
  },
  Me: {
    schema: object('Who is signed in', {
      login: nullable(TEXT),
      contacts: CONTACTS,
      espaces: listOf(
        object('', {
          id: UUID,
          relation: oneOf(['HOLDER', 'PARENT', 'SECOND_REPRESENTATIVE', 'GUARDIAN', 'CARER']),
          status: ESPACE_STATUS,
          holder: nullable(object('', { birthName: TEXT, firstNames: TEXT })),
          until: nullable({ ...INSTANT, description: 'End of the access, excluded; null: none' }),
          rights: listOf(oneOf(ACTIONS), {
            description:
              'What the rule book allows there now, and what state the espace is in does not refuse; of documents, what it allows of those one put in',
          }),
        }),
      ),
    }),
    example: {
      login: 'dominique.pt53',
      contacts: EXAMPLE_CONTACTS,
      espaces: [
        {
          id: EXAMPLE_IDS.espace,
          relation: 'HOLDER',
          status: 'activated',
          holder: { birthName: 'Pat-Trois', firstNames: 'Dominique Marie-Louise' },
          until: null,
          rights: ['read-espace', 'list-documents', 'read-document', 'read-content'],
        },
      ],
    },
  },
};
