import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collectOrphans } from '../../src/application/reactors/content-keeper.ts';
import { TOKENS } from '../../src/composition-root.ts';
import { MAX_ATTACHMENT_BYTES, MAX_OPEN_TICKETS } from '../../src/domain/ticket/ticket.ts';
import type { Reply, Wire } from '../support/http-client.ts';
import { expectProblem } from '../support/http-problems.ts';
import {
  fixture,
  formOf,
  insured,
  NO_EFFECT,
  NOTES,
  type SignedInHolder,
  startServer,
  type TestFile,
  type TestServer,
  textFile,
} from '../support/server.ts';

/**
 * Writing to the help desk, and its answers.
 *
 * Mutants seen to fail: an attachment opened though it is not shared, or named; an answer by an agent who has not taken the
 * ticket; an answer that tells nobody; a sixth attachment; an attachment taken for an orphan; an act that was refused, or
 * was done already, in the journal; a file opened by another agent or after the closure; a member's tickets
 * shown to whoever has their card and an old contact; an entry named by somebody who is only identified; an enrolment token
 * that another code has replaced.
 */

let server: TestServer;
let her: SignedInHolder;
let him: SignedInHolder;
let nadia: string;
let olivier: string;

beforeAll(async () => {
  server = await startServer();
  [her, him] = [await server.holder(1), await server.holder(2)];
  [nadia, olivier] = [await server.staffTokenOf('support-1'), await server.staffTokenOf('support-2')];
});
afterAll(() => server.stop());

const QUESTION = { kind: 'QUESTION', subject: 'Mon code', message: 'Je ne reçois pas mon code.' };
const post = (token: string, path: string, body: object = {}, headers = {}): Promise<Reply> =>
  server.http.post(path, { token, body, headers });
const get = (token: string, path: string): Promise<Reply> => server.http.get(path, { token });
const queued = () => server.application.parts.get(TOKENS.ticketQueue).settled();
const opened = async (token: string, more: object = {}): Promise<Wire> => {
  const { status, body } = await post(token, '/v1/tickets', { ...QUESTION, ...more });
  expect(status).toBe(201);
  await queued();
  return body;
};
const attach = (token: string, id: string, file: TestFile = NOTES): Promise<Reply> =>
  server.http.post(`/v1/tickets/${id}/attachments`, { token, raw: formOf({}, file) });

const share = (id: string, shared: boolean): Promise<Reply> =>
  server.http.put(`/v1/tickets/${id}/sharing`, { token: her.token, body: { shareAttachmentsWithSupport: shared } });

describe('a ticket', () => {
  test('is opened, read, answered, written to and closed', async () => {
    const sent = await post(her.token, '/v1/tickets', { ...QUESTION, kind: 'SERVICE', service: 'Carnet de pas' });
    expect(sent.headers.get('Location')).toBe(`/v1/tickets/${sent.body.id}`);
    expect(sent.body).toEqual({
      id: expect.any(String),
      kind: 'SERVICE',
      subject: 'Mon code',
      status: 'OPEN',
      openedAt: expect.any(String),
      updatedAt: expect.any(String),
      about: { entry: null, document: null, service: 'Carnet de pas' },
      attachmentsShared: false,
      messages: [{ id: expect.any(String), at: expect.any(String), by: { kind: 'holder' }, text: QUESTION.message }],
      attachments: [],
    });
    await queued();
    const { id } = sent.body;
    const desk = `/v1/support/tickets/${id}`;
    expectProblem(await post(nadia, `${desk}/messages`, { message: 'Bonjour' }), 409, 'ticket-not-taken');
    expect((await post(nadia, `${desk}/assignment`)).body.status).toBe('TAKEN');
    expectProblem(await post(olivier, `${desk}/messages`, { message: 'Bonjour' }), 409, 'ticket-not-taken');
    expect((await post(nadia, `${desk}/messages`, { message: 'Essayez par e-mail.' })).body.status).toBe('ANSWERED');
    const [notice] = await server.messagesTo(her.person.email);
    expect(notice).toMatchObject({ kind: 'ticket-answer' });
    expect(notice.body).not.toContain('Essayez');

    const again = await post(her.token, `/v1/tickets/${id}/messages`, { message: 'Merci.' });
    expect([again.status, again.body.status, again.body.messages.length]).toEqual([201, 'TAKEN', 3]);
    expect(again.body.messages[1].by).toEqual({ kind: 'support', name: 'Assistance 3422 (agent support-1)' });
    expect((await post(olivier, `${desk}/assignment`)).status).toBe(200);
    expectProblem(await post(nadia, `${desk}/closure`), 409, 'ticket-not-taken');
    expect((await post(olivier, `${desk}/closure`)).body.status).toBe('CLOSED');
    expectProblem(await post(her.token, `/v1/tickets/${id}/messages`, { message: 'Encore.' }), 409, 'ticket-closed');
    expect((await post(her.token, `/v1/tickets/${id}/closure`)).body.status).toBe('CLOSED');
  });

  test('is its writer’s own', async () => {
    const { id } = await opened(her.token);
    for (const reply of [
      await get(him.token, `/v1/tickets/${id}`),
      await post(him.token, `/v1/tickets/${id}/messages`, { message: 'x' }),
      await post(him.token, `/v1/tickets/${id}/closure`),
      await attach(him.token, id),
      await get(her.token, `/v1/tickets/${crypto.randomUUID()}`),
      await get(nadia, `/v1/support/tickets/${crypto.randomUUID()}`),
    ])
      expectProblem(reply, 404, 'not-found');
    expect((await get(him.token, '/v1/tickets')).body).toEqual({ items: [], next: null });
  });

  test('is listed newest first, page by page', async () => {
    const one = await server.holder(3);
    const ids: string[] = [];
    for (let at = 0; at < 3; at++) {
      ids.unshift((await opened(one.token, { subject: `Demande ${at}` })).id);
      await server.advance(1);
    }
    const first = await get(one.token, '/v1/tickets?limit=2');
    expect(first.headers.get('Link')).toContain('rel="next"');
    const second = await get(one.token, `/v1/tickets?limit=2&after=${first.body.next}`);
    expect([...first.body.items, ...second.body.items].map(({ id }: Wire) => id)).toEqual(ids);
    expect(second.body.next).toBeNull();
    expectProblem(await get(her.token, `/v1/tickets?after=${first.body.next}`), 400, 'invalid-cursor');
  });

  test('sent twice is there once', async () => {
    const headers = { 'Idempotency-Key': 'ticket-1' };
    const first = await post(her.token, '/v1/tickets', QUESTION, headers);
    const { result, ...effect } = await server.effectOf(() => post(her.token, '/v1/tickets', QUESTION, headers));
    expect(result.body).toEqual(first.body);
    expect(effect).toEqual(NO_EFFECT);
    const other = await post(her.token, '/v1/tickets', { ...QUESTION, subject: 'Autre' }, headers);
    expectProblem(other, 422, 'idempotency-key-reused');
  });

  test('names only what its writer knows of', async () => {
    const { body } = await server.deposit(her.token, her.espace, { title: 'Notes', type: 'DOCPAT01' });
    const about = { kind: 'WRONG_DOCUMENT', document: body.id };
    expect((await opened(her.token, about)).about.document).toBe(body.id);
    expectProblem(await post(him.token, '/v1/tickets', { ...QUESTION, ...about }), 404, 'not-found');
    const entry = { ...QUESTION, kind: 'SUSPICIOUS_ACCESS', entry: crypto.randomUUID() };
    expectProblem(await post(her.token, '/v1/tickets', entry), 404, 'not-found');
  });

  test.each([
    [{ subject: 'x'.repeat(101) }, ['subject']],
    [{ subject: ' ' }, ['subject']],
    [{ message: 'x'.repeat(2_001) }, ['message']],
    [{ kind: 'OTHER' }, ['kind']],
    [{ status: 'CLOSED' }, ['status']],
  ])('is refused with %o', async (change, fields) => {
    expectProblem(await post(her.token, '/v1/tickets', { ...QUESTION, ...change }), 400, 'invalid-request', fields);
  });

  test('is one of twenty at most that are open', async () => {
    const one = await server.holder(4);
    for (let at = 0; at < MAX_OPEN_TICKETS; at++) await opened(one.token);
    expectProblem(await post(one.token, '/v1/tickets', QUESTION), 409, 'too-many-tickets');
    const { items } = (await get(one.token, '/v1/tickets?limit=1')).body;
    await post(one.token, `/v1/tickets/${items[0].id}/closure`);
    await opened(one.token);
  });

  test('is written by somebody who is only identified yet, and by somebody whose espace is closed', async () => {
    const token = await server.enrol(insured(5));
    expect((await post(token, '/v1/tickets', QUESTION)).status).toBe(201);
    expect((await get(token, '/v1/tickets')).body.items).toHaveLength(1);
    const document = { ...QUESTION, document: crypto.randomUUID() };
    expectProblem(await post(token, '/v1/tickets', document), 404, 'not-found');
    // Nothing of an espace can be named by an enrolment token, not even what is there.
    const known = (await server.everyEvent()).filter(
      ({ stream, type }) => /^espace-/.test(stream) && type === 'Created',
    );
    for (const { id } of known)
      expectProblem(await post(token, '/v1/tickets', { ...QUESTION, entry: id }), 404, 'not-found');
    await server.http.post(`${him.espace}/closure`, {
      token: him.token,
      body: { password: him.password, erase: false },
    });
    expect((await post(him.token, '/v1/tickets', QUESTION)).status).toBe(201);
    await server.http.post(`${him.espace}/reopening`, { token: him.token });
  });
});

test('a member who is only identified asks the desk for help, and neither reads nor changes a ticket', async () => {
  const one = await server.holder(8);
  const { id } = await opened(one.token, { shareAttachmentsWithSupport: false });
  const { body } = await attach(one.token, id, textFile('Résultat'));
  const { nir, vitaleSerial, birthDate } = one.person;
  await server.http.post('/v1/enrolment/codes', { body: { nir, vitaleSerial, birthDate, channel: 'SMS' } });
  const code = await server.codeFor(one.person, 'identification-code');
  const verified = await server.http.post('/v1/enrolment/verifications', { body: { code, nir, vitaleSerial } });
  const token = verified.body.enrolmentToken;
  const own = `/v1/tickets/${id}`;
  const { result, ...effect } = await server.effectOf(async () => [
    await get(token, '/v1/tickets'),
    await get(token, own),
    await get(token, `${own}/attachments/${body.attachments[0].id}`),
    await post(token, `${own}/messages`, { message: 'Encore' }),
    await post(token, `${own}/closure`),
    await attach(token, id),
    await server.http.put(`${own}/sharing`, { token, body: { shareAttachmentsWithSupport: true } }),
  ]);
  for (const reply of result) expectProblem(reply, 403, 'sign-in-needed');
  expect(effect).toEqual(NO_EFFECT);
  const asked = await post(token, '/v1/tickets', { ...QUESTION, subject: 'Téléphone perdu' });
  expect([asked.status, asked.body.messages.length]).toEqual([201, 1]);
  expect((await get(one.token, `/v1/tickets/${asked.body.id}`)).body.subject).toBe('Téléphone perdu');
});

test('an enrolment token is good until another code was used', async () => {
  const one = insured(7);
  const first = await server.enrol(one);
  const { id } = await opened(first);
  await server.advance(60);
  const { nir, vitaleSerial, birthDate } = one;
  await server.http.post('/v1/enrolment/codes', { body: { nir, vitaleSerial, birthDate, channel: 'SMS' } });
  const code = await server.codeFor(one, 'identification-code');
  const verified = await server.http.post('/v1/enrolment/verifications', { body: { code, nir, vitaleSerial } });
  expect((await get(verified.body.enrolmentToken, '/v1/tickets')).body.items).toHaveLength(1);
  expectProblem(await get(first, '/v1/tickets'), 401, 'identity-not-verified');
  expectProblem(await post(first, `/v1/tickets/${id}/messages`, { message: 'x' }), 401, 'identity-not-verified');
});

describe('what is attached', () => {
  test('is for the desk only where its writer says so, and its bytes are sealed', async () => {
    const { id } = await opened(her.token);
    const file = textFile('Contenu confidentiel du courrier', 'diabete-bilan.txt');
    const { body } = await attach(her.token, id, file);
    const [attachment] = body.attachments;
    expect(attachment).toMatchObject({
      fileName: 'diabete-bilan.txt',
      mediaType: 'text/plain',
      size: file.bytes.length,
    });
    const own = await get(her.token, `/v1/tickets/${id}/attachments/${attachment.id}`);
    expect(own.bytes.equals(Buffer.from(file.bytes))).toBe(true);
    const desk = `/v1/support/tickets/${id}`;
    expect((await get(nadia, desk)).body.attachments).toEqual([{ ...attachment, fileName: null }]);
    expectProblem(await get(nadia, `${desk}/attachments/${attachment.id}`), 403, 'attachments-not-shared');
    expect((await share(id, true)).body.attachmentsShared).toBe(true);
    expectProblem(await get(nadia, `${desk}/attachments/${attachment.id}`), 409, 'ticket-not-taken');
    expect((await get(nadia, desk)).body.attachments[0].fileName).toBeNull();
    expect((await post(nadia, `${desk}/assignment`)).body.attachments[0].fileName).toBe('diabete-bilan.txt');
    expectProblem(await get(olivier, `${desk}/attachments/${attachment.id}`), 409, 'ticket-not-taken');
    const { result, events } = await server.effectOf(() => get(nadia, `${desk}/attachments/${attachment.id}`));
    expect(result.bytes.toString()).toBe('Contenu confidentiel du courrier');
    expect(events).toEqual(['espace AccessedBy support']);
    await share(id, false);
    expectProblem(await get(nadia, `${desk}/attachments/${attachment.id}`), 403, 'attachments-not-shared');
  });

  test('is closed to the desk with its ticket, and the sharing can still be taken back', async () => {
    const { id } = await opened(her.token, { shareAttachmentsWithSupport: true });
    const { body } = await attach(her.token, id, textFile('Ordonnance', 'traitement.txt'));
    const desk = `/v1/support/tickets/${id}`;
    const bytes = `${desk}/attachments/${body.attachments[0].id}`;
    await post(nadia, `${desk}/assignment`);
    expect((await get(nadia, bytes)).status).toBe(200);
    expect((await post(nadia, `${desk}/closure`)).body.attachments[0].fileName).toBeNull();
    for (const agent of [nadia, olivier]) expectProblem(await get(agent, bytes), 409, 'ticket-closed');
    expect((await share(id, false)).body.attachmentsShared).toBe(false);
    for (const agent of [nadia, olivier]) expectProblem(await get(agent, bytes), 403, 'attachments-not-shared');
    expectProblem(await share(id, true), 409, 'ticket-closed');
  });

  test('is shared as it was seen, where the version is named, and taken back without one', async () => {
    const { id } = await opened(her.token);
    const own = `/v1/tickets/${id}`;
    const attached = await attach(her.token, id);
    const etag = attached.headers.get('ETag') ?? '';
    expect((await get(her.token, own)).headers.get('ETag')).toBe(etag);
    const shareAs = (version: string, more = {}) =>
      server.http.put(`${own}/sharing`, {
        token: her.token,
        headers: { 'If-Match': version, ...more },
        body: { shareAttachmentsWithSupport: true },
      });
    const second = await attach(her.token, id, textFile('Bilan'));
    const stale = await server.effectOf(() => shareAs(etag));
    expectProblem(stale.result, 412, 'version-mismatch');
    expect(stale.result.headers.get('ETag')).toBe(second.headers.get('ETag'));
    expect(stale.events).toEqual([]);
    const key = { 'Idempotency-Key': crypto.randomUUID() };
    const current = `"x", ${second.headers.get('ETag')}`;
    const shared = await shareAs(current, key);
    expect([shared.status, shared.body.attachmentsShared]).toEqual([200, true]);
    // A repeat hears what it heard, though the version is another.
    expect((await shareAs(current, key)).status).toBe(200);
    expect((await share(id, false)).body.attachmentsShared).toBe(false);
  });

  test('is at most five files of ten million bytes, inspected as documents are', async () => {
    const { id } = await opened(her.token);
    const large: TestFile = { ...textFile('x'), bytes: new Uint8Array(MAX_ATTACHMENT_BYTES).fill(0x61) };
    expect((await attach(her.token, id, large)).status).toBe(201);
    const larger = { ...large, bytes: new Uint8Array(MAX_ATTACHMENT_BYTES + 1).fill(0x61) };
    const { result, ...effect } = await server.effectOf(() => attach(her.token, id, larger));
    expectProblem(result, 413, 'file-too-large');
    expect(effect).toEqual(NO_EFFECT);
    const eicar = textFile(['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join(''));
    expectProblem(await attach(her.token, id, eicar), 422, 'file-infected');
    const pdf = await fixture('compte-rendu.pdf', 'application/pdf');
    expectProblem(await attach(her.token, id, { ...pdf, type: 'image/png' }), 415, 'file-type-mismatch');
    for (let at = 2; at <= 5; at++) expect((await attach(her.token, id, textFile(`${at}`))).status).toBe(201);
    const sixth = await server.effectOf(() => attach(her.token, id, textFile('6')));
    expectProblem(sixth.result, 409, 'too-many-attachments');
    expect([sixth.contentsAdded, sixth.events]).toEqual([0, []]);
  });
});

test('what is attached is no orphan', async () => {
  const { id } = await opened(her.token);
  const { body } = await attach(her.token, id);
  await server.advance(2 * 60 * 60);
  const { parts } = server.application;
  const [store, contents, clock] = [parts.get(TOKENS.store), parts.get(TOKENS.contents), parts.get(TOKENS.clock)];
  expect(await collectOrphans({ store, contents, clock })).toBe(0);
  const token = (await server.signIn(her.person, her.login)).accessToken;
  expect((await get(token, `/v1/tickets/${id}/attachments/${body.attachments[0].id}`)).status).toBe(200);
  her = { ...her, token };
  [nadia, olivier] = [await server.staffTokenOf('support-1'), await server.staffTokenOf('support-2')];
});

describe('the queue', () => {
  test('says when a ticket last changed, whatever changed', async () => {
    const one = await server.holder(10);
    const { id } = await opened(one.token);
    const inQueue = async (): Promise<unknown> => {
      await queued();
      return (await server.application.parts.get(TOKENS.projections).tickets.find(id))?.updatedAt;
    };
    const shared = { token: one.token, body: { shareAttachmentsWithSupport: true } };
    for (const change of [
      () => attach(one.token, id),
      () => server.http.put(`/v1/tickets/${id}/sharing`, shared),
      () => post(one.token, `/v1/tickets/${id}/messages`, { message: 'Encore.' }),
      () => post(one.token, `/v1/tickets/${id}/closure`),
    ]) {
      await server.advance(1);
      const { body } = await change();
      expect(await inQueue()).toBe(body.updatedAt);
    }
  });

  test('knows that tickets are there, in their order, and nothing of what they say', async () => {
    const fresh = await server.holder(6);
    const [first, second] = [await opened(fresh.token), await opened(fresh.token, { subject: 'Second' })];
    await post(olivier, `/v1/support/tickets/${second.id}/assignment`);
    await queued();
    const all = (await get(nadia, '/v1/support/tickets?limit=200')).body.items;
    expect(all.map(({ id }: Wire) => id)).toEqual(expect.arrayContaining([first.id, second.id]));
    expect([...all].sort((a, b) => (a.openedAt < b.openedAt ? -1 : 1))).toEqual(all);
    for (const item of all)
      expect(Object.keys(item).sort()).toEqual(['id', 'openedAt', 'status', 'takenBy', 'updatedAt']);
    const open = (await get(nadia, '/v1/support/tickets?status=OPEN&limit=200')).body.items;
    expect(open.map(({ id }: Wire) => id)).toContain(first.id);
    expect(open.map(({ id }: Wire) => id)).not.toContain(second.id);
    const mine = (await get(olivier, '/v1/support/tickets?status=TAKEN&takenBy=me&limit=200')).body.items;
    expect(mine.map(({ id }: Wire) => id)).toContain(second.id);
    const page = await get(nadia, '/v1/support/tickets?limit=1');
    const next = await get(nadia, `/v1/support/tickets?limit=1&after=${page.body.next}`);
    expect([page.body.items[0].id, next.body.items[0].id]).toEqual(all.slice(0, 2).map(({ id }: Wire) => id));
    expectProblem(await get(olivier, `/v1/support/tickets?limit=1&after=${page.body.next}`), 400, 'invalid-cursor');
  });
});

test('a reported access reaches the desk, however many tickets are open', async () => {
  const one = await server.holder(9);
  for (let at = 0; at < MAX_OPEN_TICKETS; at++) await opened(one.token);
  const { items } = (await get(one.token, `${one.espace}/journal?limit=1`)).body;
  const report = await post(one.token, `${one.espace}/journal/${items[0].id}/report`);
  expect((await get(one.token, `/v1/tickets/${report.body.ticket}`)).body.kind).toBe('SUSPICIOUS_ACCESS');
});

test('an answer that was refused is judged again where it is sent again by its key', async () => {
  const { id } = await opened(her.token);
  const desk = `/v1/support/tickets/${id}`;
  const key = { 'Idempotency-Key': crypto.randomUUID() };
  const answer = () => server.effectOf(() => post(nadia, `${desk}/messages`, { message: 'Bonjour' }, key));
  expectProblem((await answer()).result, 409, 'ticket-not-taken');
  await post(nadia, `${desk}/assignment`);
  const sent = await answer();
  expect([sent.result.status, sent.events]).toEqual([
    201,
    ['espace AccessedBy support', 'ticket TicketMessageWritten', 'espace HelpNoted'],
  ]);
  const again = await answer();
  expect([again.result.status, again.events]).toEqual([201, []]);
});

test('an access reported again has the same ticket, and a line of its own in the journal', async () => {
  const one = await server.holder(41);
  const { items } = (await get(one.token, `${one.espace}/journal?limit=1`)).body;
  const report = (comment: string) =>
    server.effectOf(() => post(one.token, `${one.espace}/journal/${items[0].id}/report`, { comment }));
  const first = await report('Qui est-ce ?');
  const second = await report('Toujours personne.');
  expect(first.events).toEqual(['espace AccessReported', 'ticket TicketOpened', 'espace HelpNoted']);
  expect([second.result.status, second.events]).toEqual([201, ['espace AccessReported']]);
  expect(second.result.body).toEqual({ ...first.result.body, comment: 'Toujours personne.' });
});

test('a reported access becomes a ticket that names the entry and no one', async () => {
  const { items } = (await get(her.token, `${her.espace}/journal?limit=1`)).body;
  const report = await post(her.token, `${her.espace}/journal/${items[0].id}/report`, { comment: 'Qui est-ce ?' });
  expect(report.body).toEqual({ entry: items[0].id, comment: 'Qui est-ce ?', ticket: expect.any(String) });
  await queued();
  expect((await get(nadia, `/v1/support/tickets/${report.body.ticket}`)).body).toMatchObject({
    kind: 'SUSPICIOUS_ACCESS',
    about: { entry: items[0].id, document: null, service: null },
    messages: [{ text: 'Qui est-ce ?' }],
  });
});

test('the journal tells what the desk did, and of what it was refused that it turned to the ticket', async () => {
  const { id } = await opened(her.token);
  const desk = `/v1/support/tickets/${id}`;
  const looked = 'espace AccessedBy support';
  const acts: readonly (readonly [() => Promise<Reply>, number, readonly string[]])[] = [
    [() => post(nadia, `${desk}/assignment`), 200, [looked, 'ticket TicketTaken', 'espace HelpNoted']],
    [() => post(nadia, `${desk}/assignment`), 200, [looked]],
    [() => post(olivier, `${desk}/messages`, { message: 'Bonjour' }), 409, [looked]],
    [() => post(olivier, `${desk}/closure`), 409, [looked]],
    [() => post(nadia, `${desk}/closure`), 200, [looked, 'ticket TicketClosed', 'espace HelpNoted']],
    [() => post(olivier, `${desk}/assignment`), 409, [looked]],
  ];
  for (const [act, status, events] of acts) {
    const { result, events: written } = await server.effectOf(act);
    expect([result.status, written]).toEqual([status, events]);
  }
  const { body } = await get(her.token, `${her.espace}/journal?kind=HelpNoted&limit=3`);
  expect(body.items.map(({ details }: Wire) => details)).toEqual(
    ['TICKET_CLOSED', 'TICKET_TAKEN', 'TICKET_OPENED'].map(act => `act=${act} ticket=${id}`),
  );
});

test('an answer of the desk that is sent twice is there once, in the ticket and in the journal', async () => {
  const { id } = await opened(her.token);
  const desk = `/v1/support/tickets/${id}`;
  await post(nadia, `${desk}/assignment`);
  const answer = () =>
    post(nadia, `${desk}/messages`, { message: 'Bonjour' }, { 'Idempotency-Key': `answer to ${id}` });
  const first = await server.effectOf(answer);
  expect(first.events).toEqual(['espace AccessedBy support', 'ticket TicketMessageWritten', 'espace HelpNoted']);
  const { result, ...effect } = await server.effectOf(answer);
  expect(result.body).toEqual(first.result.body);
  expect(effect).toEqual(NO_EFFECT);
});

test('the journal tells of what was written and read, and not what it says', async () => {
  const { id } = await opened(her.token, { subject: 'Sujet secret' });
  await get(nadia, `/v1/support/tickets/${id}`);
  const { body } = await get(her.token, `${her.espace}/journal?limit=3`);
  expect(body.items.slice(1)).toMatchObject([
    {
      kind: 'AccessedBy',
      action: 'handle-ticket',
      details: `ticket=${id}`,
      rule: 'support',
      actor: { kind: 'support' },
    },
    { kind: 'HelpNoted', details: `act=TICKET_OPENED ticket=${id}`, actor: { kind: 'holder' } },
  ]);
  const all = await get(her.token, `${her.espace}/journal?limit=200`);
  expect(all.bytes.toString()).not.toContain('Sujet secret');
});
