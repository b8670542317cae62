import type { Channel } from '../../../../ports/messenger.ts';
import { listOf, nullable, object, oneOf, type Schema } from '../json-schema.ts';
import { BOOLEAN, FINESS, INSTANT, RPPS, TEXT, UUID } from '../values.ts';
import { EXAMPLE_TOKEN, TOKEN } from './identity.ts';
import type { NamedAnswers } from './named-answers.ts';

const MESSAGE_CHANNELS: readonly Channel[] = ['EMAIL', 'SMS', 'POST', 'MSSANTE'];
const KEY_PART: Schema = { type: 'string', pattern: '^[\\w-]+$' };
const ANYTHING: Schema = { type: 'object' };

/** For those who run it, and for those who try it. */
export const OPERATION_ANSWERS: NamedAnswers = {
  Health: {
    schema: object('It is well', { status: { const: 'ok' } }),
    example: { status: 'ok' },
  },
  Readiness: {
    schema: object(
      'It takes requests',
      {
        status: { const: 'ok' },
        degraded: listOf(oneOf(['professional keys', 'staff keys']), {
          minItems: 1,
          description: 'What depends on others and does not work now; everything else does',
        }),
      },
      ['degraded'],
    ),
    example: { status: 'ok' },
  },
  Outbox: {
    schema: object('Messages that would have been sent, newest first', {
      items: listOf(
        object('', {
          id: UUID,
          at: INSTANT,
          channel: oneOf(MESSAGE_CHANNELS),
          to: TEXT,
          kind: { ...TEXT, description: 'What it is about, e.g. `invitation`, `sign-in-code`, `access:break-glass`' },
          subject: TEXT,
          body: TEXT,
        }),
        { maxItems: 1_000 },
      ),
    }),
    example: {
      items: [
        {
          id: 'f0a86d3b-2e57-5c94-b1d8-73c9e50a42f6',
          at: '2026-11-20T08:44:30.000Z',
          channel: 'SMS',
          to: '+33612302858',
          kind: 'sign-in-code',
          subject: 'Mon espace santé : votre code',
          body: 'Votre code, valable quinze minutes : 482913. Ne le communiquez à personne.',
        },
      ],
    },
  },
  ClockTime: {
    schema: object('What time it is here', { now: INSTANT }),
    example: { now: '2026-11-20T08:30:00.000Z' },
  },
  TestProfessionals: {
    schema: object('Professionals who do not exist', {
      items: listOf(
        object('', {
          key: { ...TEXT, description: 'By which a token is asked for' },
          description: TEXT,
          rpps: RPPS,
          givenName: TEXT,
          familyName: TEXT,
          profession: { ...TEXT, description: 'As Pro Santé Connect gives it: 10 for a physician' },
          specialty: nullable(TEXT),
          places: listOf(object('', { finess: FINESS, name: TEXT, sector: TEXT })),
          regulation: { ...BOOLEAN, description: 'Regulates emergency calls' },
        }),
      ),
      staff: listOf(
        object('Of the service itself', {
          key: { ...TEXT, description: 'By which a token is asked for' },
          description: TEXT,
          role: oneOf(['support', 'fund']),
          name: TEXT,
        }),
      ),
    }),
    example: {
      items: [
        {
          key: 'general-practitioner',
          description: 'médecin généraliste de ville',
          rpps: '99700024450',
          givenName: 'Bruno',
          familyName: 'LEGRAND',
          profession: '10',
          specialty: 'SM54',
          places: [{ finess: '990000028', name: 'Cabinet médical du Parc', sector: 'SA07' }],
          regulation: false,
        },
      ],
      staff: [{ key: 'support-1', description: 'agente de l’assistance 3422', role: 'support', name: 'Nadia ESSAI' }],
    },
  },
  TestToken: {
    schema: object('A token of a test professional', { accessToken: TOKEN, tokenType: { const: 'Bearer' } }),
    example: { accessToken: EXAMPLE_TOKEN, tokenType: 'Bearer' },
  },
  Jwks: {
    schema: object('Public keys (RFC 7517)', {
      keys: listOf(
        object('', {
          kty: { const: 'EC' },
          crv: { const: 'P-256' },
          x: KEY_PART,
          y: KEY_PART,
          alg: { const: 'ES256' },
          use: { const: 'sig' },
          kid: KEY_PART,
        }),
        { minItems: 1 },
      ),
    }),
    example: {
      keys: [
        {
          kty: 'EC',
          crv: 'P-256',
          x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
          y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
          alg: 'ES256',
          use: 'sig',
          kid: 'essais',
        },
      ],
    },
  },
  OpenApi: {
    schema: object('This document (OpenAPI 3.1)', {
      openapi: { const: '3.1.1' },
      info: ANYTHING,
      servers: listOf(ANYTHING),
      tags: listOf(ANYTHING),
      paths: ANYTHING,
      components: ANYTHING,
    }),
    example: {
      openapi: '3.1.1',
      info: { title: 'Personal health record', version: '0.1.0' },
      servers: [{ url: '/' }],
      tags: [],
      paths: {},
      components: {},
    },
  },
};
