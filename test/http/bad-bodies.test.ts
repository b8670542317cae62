import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sent } from '../support/http-client.ts';
import { refusedBy } from '../support/http-problems.ts';
import { testNir } from '../support/identities.ts';
import { rppsOf, type SignedInHolder, startServer, type TestServer } from '../support/server.ts';

/**
 * Whatever is wrong with a body has its problem, names the field, and leaves nothing behind.
 *
 * Mutants seen to fail: unknown fields dropped in silence, or left to class-validator (`__proto__`, `hasOwnProperty`);
 * null taken for an absent field; a NIR without its key, or Corsica's departments swapped; the media type not looked at;
 * broken UTF-8 replaced; one document twice in two cases; 30 February read as 2 March; a 202 that becomes a 204.
 */

let server: TestServer;
let her: SignedInHolder;
let document: { readonly path: string; readonly id: string; readonly etag: string };

beforeAll(async () => {
  server = await startServer();
  her = await server.holder(1);
  const deposited = await server.deposit(her.token, her.espace, { title: 'Notes', type: 'DOCPAT03' });
  document = {
    id: deposited.body.id,
    path: `${her.espace}/documents/${deposited.body.id}`,
    etag: deposited.headers.get('ETag') ?? '',
  };
});
afterAll(() => server.stop());

/** Of nobody; keys worked out by hand: 2A counts as 19, 2B as 18. */
const CORSICA = { '2A': '253072A07300443', '2B': '253072B07300470' };
const asked = (changes: object) => ({
  nir: testNir(900),
  vitaleSerial: '70000000900',
  birthDate: '1953-07-14',
  channel: 'SMS',
  ...changes,
});

/** A body that JSON.stringify would not write, such as a field named `__proto__`. */
const withField = (name: string, value: string, body: object): Sent => ({
  raw: `${JSON.stringify(body).slice(0, -1)},"${name}":${value}}`,
  headers: { 'Content-Type': 'application/json' },
});

describe('identifiers and dates', () => {
  test.each([
    ['a NIR whose key is wrong', { nir: `${testNir(900).slice(0, 13)}00` }, 'nir'],
    ['a NIR without its key', { nir: testNir(900).slice(0, 13) }, 'nir'],
    ['a Corsican NIR in lower case', { nir: CORSICA['2A'].toLowerCase() }, 'nir'],
    ['2A with the key of 2B', { nir: CORSICA['2A'].slice(0, 13) + CORSICA['2B'].slice(13) }, 'nir'],
    ['a NIR with spaces', { nir: testNir(900).replace(/(.{5})/, '$1 ') }, 'nir'],
    ['a NIR as a number', { nir: Number(testNir(900)) }, 'nir'],
    ['a NIR in a list', { nir: [testNir(900)] }, 'nir'],
    ['a serial of 7 digits', { vitaleSerial: '1234567' }, 'vitaleSerial'],
    ['a serial of 14 digits', { vitaleSerial: '12345678901234' }, 'vitaleSerial'],
    ['30 February', { birthDate: '2026-02-30' }, 'birthDate'],
    ['29 February 1900', { birthDate: '1900-02-29' }, 'birthDate'],
    ['month 13', { birthDate: '1953-13-01' }, 'birthDate'],
    ['day 0', { birthDate: '1953-07-00' }, 'birthDate'],
    ['a date without zeros', { birthDate: '1953-7-14' }, 'birthDate'],
    ['a date with a time', { birthDate: '1953-07-14T00:00:00Z' }, 'birthDate'],
    ['a channel for letters', { channel: 'POST' }, 'channel'],
    ['null for what is required', { channel: null }, 'channel'],
  ])('%s is refused', async (_, changes, field) => {
    await refusedBy(
      server,
      () => server.http.post('/v1/enrolment/codes', { body: asked(changes) }),
      400,
      'invalid-request',
      {
        fields: [field],
      },
    );
  });

  test.each([
    ['South Corsica', { nir: CORSICA['2A'] }],
    ['Upper Corsica', { nir: CORSICA['2B'] }],
    ['29 February 2000', { nir: testNir(901), birthDate: '2000-02-29' }],
    ['the whole line of a card with a photo', { nir: testNir(902), vitaleSerial: '802500000212345678901' }],
  ])('%s is taken', async (_, changes) => {
    const { result, events } = await server.effectOf(() =>
      server.http.post('/v1/enrolment/codes', { body: asked(changes) }),
    );
    expect([result.status, result.bytes.length, events]).toEqual([202, 0, []]);
  });

  test('every field at fault is named, each once', async () => {
    await refusedBy(
      server,
      () => server.http.post('/v1/enrolment/codes', { body: { nir: 1, colour: 'red' } }),
      400,
      'invalid-request',
      {
        fields: ['colour', 'nir', 'vitaleSerial', 'birthDate', 'channel'],
      },
    );
  });

  test('at most twenty fields are named, however many are wrong', async () => {
    const body = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`field${index}`, index]));
    const reply = await server.http.post('/v1/enrolment/codes', { body });
    expect(reply.body.errors).toHaveLength(20);
  });

  test('values are never repeated', async () => {
    const body = asked({ nir: 'SECRET-NIR', birthDate: 'SECRET-DATE', channel: 'SECRET-CHANNEL' });
    const reply = await server.http.post('/v1/enrolment/codes', { body });
    expect(reply.bytes.toString()).not.toContain('SECRET');
  });
});

describe('unknown fields', () => {
  const names = ['colour', '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'NIR', ''];
  const values = ['1', 'null', '{}', '{"nir":"x"}', '[]'];
  test.each(names.flatMap(name => values.map(value => [name, value] as const)))('"%s": %s', async (name, value) => {
    await refusedBy(
      server,
      () => server.http.post('/v1/enrolment/codes', withField(name, value, asked({}))),
      400,
      'invalid-request',
      {
        fields: [name],
      },
    );
  });

  test.each([
    ['a body without fields', 'PUT', '/access/blocked/99700300017'],
    ['opposition', 'POST', '/reopening'],
  ])('%s takes none', async (_, method, path) => {
    const request = () => server.http.request(method, her.espace + path, { token: her.token, body: { force: true } });
    await refusedBy(server, request, 400, 'invalid-request', { fields: ['force'] });
  });

  test('nor does an actor that is asked about', async () => {
    const actor = { rpps: rppsOf('nurse'), profession: 'G15_60', name: 'x' };
    const body = { actor, document: document.id };
    await refusedBy(
      server,
      () => server.http.post(`${her.espace}/access/explain`, { token: her.token, body }),
      400,
      'invalid-request',
      {
        fields: ['actor.name'],
      },
    );
  });
});

describe('null is no value', () => {
  test.each([
    ['title', { title: null }],
    ['type', { type: null }],
    ['category', { category: null }],
    ['date', { date: null }],
  ])('of a document’s %s', async (field, body) => {
    const headers = { 'If-Match': document.etag };
    await refusedBy(
      server,
      () => server.http.patch(document.path, { token: her.token, headers, body }),
      400,
      'invalid-request',
      {
        fields: [field],
      },
    );
  });

  test.each(['maskedFromProfessionals', 'hiddenFromRepresentatives', 'hiddenFromHolderUntilAnnounced'])(
    'of the switch %s',
    async field => {
      const headers = { 'If-Match': document.etag };
      const request = () =>
        server.http.put(`${document.path}/visibility`, { token: her.token, headers, body: { [field]: null } });
      await refusedBy(server, request, 400, 'invalid-request', { fields: [field] });
    },
  );

  test.each(['maskedFromProfessionals', 'hiddenFromRepresentatives'])('of the switch %s in bulk', async field => {
    const body = { action: 'visibility', documents: [document.id], [field]: null };
    await refusedBy(
      server,
      () => server.http.post(`${her.espace}/documents/bulk`, { token: her.token, body }),
      400,
      'invalid-request',
      {
        fields: [field],
      },
    );
  });

  test('a comment can be taken away', async () => {
    const deposited = await server.deposit(her.token, her.espace, {
      title: 'Avec commentaire',
      type: 'DOCPAT03',
      comment: 'x',
    });
    const request = {
      token: her.token,
      headers: { 'If-Match': deposited.headers.get('ETag') ?? '' },
      body: { comment: null },
    };
    const reply = await server.http.patch(`${her.espace}/documents/${deposited.body.id}`, request);
    expect([reply.status, reply.body.comment]).toEqual([200, null]);
  });

  test('nor an end of an authorisation, nor what shows an agreement', async () => {
    const path = `${her.espace}/access/authorisations/${rppsOf('nurse')}`;
    for (const field of ['until', 'evidence'])
      await refusedBy(
        server,
        () => server.http.put(path, { token: her.token, body: { [field]: null } }),
        400,
        'invalid-request',
        {
          fields: [field],
        },
      );
  });

  test('nor a contact', async () => {
    const token = await server.enrol({
      ...her.person,
      nir: testNir(2),
      vitaleSerial: '70000000002',
      email: 'deux@exemple.fr',
    });
    for (const field of ['email', 'mobile'])
      await refusedBy(
        server,
        () => server.http.put('/v1/enrolment/contacts', { token, body: { [field]: null } }),
        400,
        'invalid-request',
        {
          fields: [field],
        },
      );
  });
});

describe('documents and rights', () => {
  test.each([
    ['an unknown type', { type: '00000-0' }, ['type']],
    ['an unknown category', { category: 'AUTRE' }, ['category']],
    ['a date that does not exist', { date: '2026-04-31' }, ['date']],
    ['a title of 51 characters', { title: 'x'.repeat(51) }, ['title']],
    ['no title', { title: '' }, ['title']],
    ['a comment of 3001 characters', { comment: 'x'.repeat(3001) }, ['comment']],
    ['an author', { author: 'someone' }, ['author']],
  ])('%s is refused', async (_, body, fields) => {
    const headers = { 'If-Match': document.etag };
    await refusedBy(
      server,
      () => server.http.patch(document.path, { token: her.token, headers, body }),
      400,
      'invalid-request',
      {
        fields,
      },
    );
  });

  test.each([
    ['11 documents', Array.from({ length: 11 }, () => crypto.randomUUID())],
    ['none', []],
    ['the same one twice', ['11111111-1111-4111-8111-111111111111', '11111111-1111-4111-8111-111111111111']],
    ['the same one in another case', ['aaaaaaaa-1111-4111-8111-111111111111', 'AAAAAAAA-1111-4111-8111-111111111111']],
    ['what is no id', ['x']],
    ['no list', 'x'],
    ['a list in a list', [['11111111-1111-4111-8111-111111111111']]],
  ])('bulk: %s', async (_, documents) => {
    const body = { action: 'visibility', documents, maskedFromProfessionals: true };
    await refusedBy(
      server,
      () => server.http.post(`${her.espace}/documents/bulk`, { token: her.token, body }),
      400,
      'invalid-request',
      {
        fields: ['documents'],
      },
    );
  });

  test.each([
    ['an unknown action', { action: 'purge' }, ['action']],
    ['nothing to change', { action: 'visibility' }, ['']],
  ])('bulk: %s', async (_, changes, fields) => {
    const body = { documents: [document.id], ...changes };
    await refusedBy(
      server,
      () => server.http.post(`${her.espace}/documents/bulk`, { token: her.token, body }),
      400,
      'invalid-request',
      {
        fields,
      },
    );
  });

  test.each([
    ['an RPPS with a wrong check digit', 'PUT', 'authorisations/99700300018', {}],
    ['a FINESS with a wrong check digit', 'PUT', 'authorisations/990000029', {}],
    ['neither of them', 'DELETE', 'blocked/anyone', undefined],
    ['an organisation as an administrator', 'PUT', 'administrators/990000028', {}],
  ])('a right for %s', async (_, method, path, body) => {
    const request = () => server.http.request(method, `${her.espace}/access/${path}`, { token: her.token, body });
    await refusedBy(server, request, 400, 'invalid-request', { fields: ['target'] });
  });

  test.each([
    ['an end that is no instant', 'authorisations/99700300017', { until: '2030-01-01' }, ['until']],
    ['an end on a day that does not exist', 'authorisations/99700300017', { until: '2030-02-30T00:00:00Z' }, ['until']],
    [
      'an end at an hour that does not exist',
      'authorisations/99700300017',
      { until: '2030-02-28T24:30:00Z' },
      ['until'],
    ],
    ['unknown evidence', 'authorisations/99700300017', { evidence: 'HEARSAY' }, ['evidence']],
    ['half of the defaults', 'default', { professionals: 'open' }, ['documents']],
    ['a switch as text', 'emergency', { callCentre: 'true', breakGlass: true, masked: false }, ['callCentre']],
    ['a doctor who is none', 'attending-doctor', { professional: '123' }, ['professional']],
  ])('%s', async (_, path, body, fields) => {
    const request = () => server.http.put(`${her.espace}/access/${path}`, { token: her.token, body });
    await refusedBy(server, request, 400, 'invalid-request', { fields });
  });

  test('an end in the past', async () => {
    const request = () =>
      server.http.put(`${her.espace}/access/authorisations/${rppsOf('nurse')}`, {
        token: her.token,
        body: { until: '2020-01-01T00:00:00Z' },
      });
    await refusedBy(server, request, 409, 'authorisation-end-in-the-past');
  });
});

describe('what is no JSON object', () => {
  const json = { 'Content-Type': 'application/json' };
  test.each([
    ['broken', '{"nir":', 'invalid-json', undefined],
    ['a comma too many', '{"nir":"x",}', 'invalid-json', undefined],
    ['a single quote', "{'nir':'x'}", 'invalid-json', undefined],
    ['two values', '{}{}', 'invalid-json', undefined],
    ['broken UTF-8', Uint8Array.from([0x7b, 0x22, 0x6e, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'invalid-json', undefined],
    ['UTF-16', Uint8Array.from(Buffer.from('{}', 'utf16le')), 'invalid-json', undefined],
    ['a list', '[]', 'invalid-request', ['']],
    ['a text', '"x"', 'invalid-request', ['']],
    ['null', 'null', 'invalid-request', ['']],
    [
      'deep',
      `{"nir":${'['.repeat(30_000)}${']'.repeat(30_000)}}`,
      'invalid-request',
      ['nir', 'vitaleSerial', 'birthDate', 'channel'],
    ],
    ['nothing', '', 'invalid-request', ['nir', 'vitaleSerial', 'birthDate', 'channel']],
  ])('%s', async (_, raw, code, fields) => {
    await refusedBy(server, () => server.http.post('/v1/enrolment/codes', { raw, headers: json }), 400, code, {
      ...(fields === undefined ? {} : { fields }),
    });
  });

  test('deep within an actor that is asked about', async () => {
    const raw = `{"document":"${document.id}","actor":{"rpps":${'{"a":'.repeat(8_000)}1${'}'.repeat(8_000)}}}`;
    const request = () => server.http.post(`${her.espace}/access/explain`, { token: her.token, raw, headers: json });
    await refusedBy(server, request, 400, 'invalid-request', { fields: ['actor.rpps', 'actor.profession'] });
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'application/xml',
    'x',
  ])('in %s', async type => {
    const request = () =>
      server.http.post('/v1/enrolment/codes', { raw: JSON.stringify(asked({})), headers: { 'Content-Type': type } });
    await refusedBy(server, request, 415, 'media-type-not-supported');
  });

  test('without a type', async () => {
    const raw = new Blob([JSON.stringify(asked({}))]) as never;
    await refusedBy(server, () => server.http.post('/v1/enrolment/codes', { raw }), 415, 'media-type-not-supported');
  });

  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON',
    'application/merge-patch+json',
  ])('%s is JSON', async type => {
    const request = { raw: '{}', headers: { 'Content-Type': type } };
    expect((await server.http.post('/v1/enrolment/codes', request)).body.code).toBe('invalid-request');
  });
});
