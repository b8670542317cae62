import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_HELPED } from '../../src/domain/delegation/attachments.ts';
import { MAX_CARERS, MAX_INVITATIONS_TO_ONE } from '../../src/domain/delegation/decide-delegation.ts';
import type { Reply, Wire } from '../support/http-client.ts';
import {
  DAY,
  type Insured,
  insured,
  MINUTE,
  type SignedInHolder,
  startServer,
  type TestServer,
  textFile,
} from '../support/server.ts';

/*
 * Carers over HTTP: invited, accepted, acting, ended.
 *
 * Mutants that these tests kill: an invitation to nobody that answers otherwise than one to somebody; traits not compared;
 * a place not claimed; a right that outlives its term; a carer let manage access, or read the journal;
 * a trace without the one for whom it was done; an attestation not filed, or that of a renewal; a renewal counted from the
 * invitation; a former carer told more than a stranger; rights in `/v1/me` by another list than the rule book; a
 * carer who may act for nobody said to read; a letter
 * of what is taken back at once, or none of what waited.
 */

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const invitationTo = ({ nir, birthDate }: Insured, changes: object = {}) => ({
  relation: 'CARER',
  ins: nir,
  firstName: 'dominique',
  birthName: 'Pat Trois',
  birthDate,
  ...changes,
});

const invite = (by: SignedInHolder, whom: Insured, changes: object = {}): Promise<Reply> =>
  server.http.post(`${by.espace}/invitations`, { token: by.token, body: invitationTo(whom, changes) });
const accept = (by: SignedInHolder, espace: string, id: string): Promise<Reply> =>
  server.http.post(`${espace}/invitations/${id}/acceptance`, { token: by.token });
const received = async ({ token }: SignedInHolder): Promise<Wire[]> =>
  (await server.http.get('/v1/me/invitations', { token })).body.items;
const espaces = async ({ token }: SignedInHolder): Promise<Wire[]> =>
  (await server.http.get('/v1/me', { token })).body.espaces;
/** `helped` has `carer`; the delegation. */
const delegated = async (helped: SignedInHolder, carer: SignedInHolder): Promise<Wire> => {
  const invited = await invite(helped, carer.person);
  expect(invited.status).toBe(201);
  const accepted = await accept(carer, helped.espace, invited.body.id);
  expect(accepted.status).toBe(200);
  return accepted.body;
};
const signInAgain = async (holder: SignedInHolder): Promise<SignedInHolder> => ({
  ...holder,
  token: (await server.signIn(holder.person, holder.login)).accessToken,
});

describe('a carer', () => {
  it('is invited, accepts, and acts for the person, who sees all of it', async () => {
    const helped = await server.holder(1);
    const carer = await server.holder(2);
    const invited = await invite(helped, carer.person);
    expect(invited.body).toMatchObject({
      relation: 'CARER',
      status: 'PENDING',
      name: 'dominique Pat Trois',
      since: null,
    });
    expect(Date.parse(invited.body.expiresAt) - Date.parse(invited.body.invitedAt)).toBe(30 * DAY * 1000);
    expect((await server.messagesTo(carer.person.email))[0].kind).toBe('delegate-invitation');
    expect(await received(carer)).toEqual([
      {
        id: invited.body.id,
        espace: helped.id,
        relation: 'CARER',
        holder: { birthName: 'PAT-TROIS', firstNames: 'Dominique' },
        invitedAt: invited.body.invitedAt,
        expiresAt: invited.body.expiresAt,
      },
    ]);
    // Not before it is accepted.
    expect((await server.http.get(helped.espace, { token: carer.token })).status).toBe(404);

    const accepted = await accept(carer, helped.espace, invited.body.id);
    expect(accepted.body).toMatchObject({ status: 'ACCEPTED', name: 'Dominique PAT-TROIS' });
    expect(Date.parse(accepted.body.until) - Date.parse(accepted.body.since)).toBe(365 * DAY * 1000);
    expect(await received(carer)).toEqual([]);
    expect((await server.messagesTo(helped.person.email))[0].kind).toBe('delegation-accepted');

    const own = await espaces(carer);
    expect(own.map(({ id, relation }) => [id, relation])).toEqual([
      [carer.id, 'HOLDER'],
      [helped.id, 'CARER'],
    ]);
    expect(own[1].rights).toEqual([
      'read-espace',
      'list-documents',
      'read-document',
      'read-content',
      'deposit-document',
      'describe-document',
      'renounce-delegation',
    ]);
    expect(own[0].rights).toContain('close');

    const documents = await server.http.get(`${helped.espace}/documents`, { token: carer.token });
    expect(documents.body.items.map(({ title }: Wire) => title)).toEqual(['Attestation de délégation à un aidant']);
    const [{ id: attestation, author }] = documents.body.items;
    expect(author).toEqual({ kind: 'system', name: 'attestation' });
    const pdf = await server.http.get(`${helped.espace}/documents/${attestation}/content`, { token: helped.token });
    expect(pdf.bytes.subarray(0, 5).toString()).toBe('%PDF-');

    const deposited = await server.deposit(carer.token, helped.espace, { title: 'Ordonnance', type: 'DOCPAT02' });
    expect([deposited.status, deposited.body.author.kind]).toEqual([201, 'carer']);
    const one = `${helped.espace}/documents/${deposited.body.id}`;
    const headers = { 'If-Match': deposited.headers.get('ETag') ?? '' };
    const described = await server.http.patch(one, {
      token: carer.token,
      headers,
      body: { title: 'Ordonnance d’août' },
    });
    expect(described.status).toBe(200);

    const journal = await server.http.get(`${helped.espace}/journal?limit=200`, { token: helped.token });
    const acts = journal.body.items.filter(({ actor, kind }: Wire) => actor.kind === 'carer' && kind === 'AccessedBy');
    expect(acts.map(({ action }: Wire) => action)).toEqual([
      'describe-document',
      'deposit-document',
      'list-documents',
      'answer-invitation',
    ]);
    expect(new Set(acts.map(({ onBehalfOf }: Wire) => onBehalfOf))).toEqual(new Set([helped.id]));
    // What the carer put in is the person's own to take out.
    const { headers: now } = await server.http.get(one, { token: helped.token });
    const gone = await server.http.delete(one, { token: helped.token, headers: { 'If-Match': now.get('ETag') ?? '' } });
    expect(gone.status).toBe(204);
  });

  it('manages neither access nor life of the espace, and reads nothing private', async () => {
    const helped = await server.holder(3);
    const carer = await server.holder(4);
    await delegated(helped, carer);
    const { token } = carer;
    const refusals = await Promise.all([
      server.http.get(`${helped.espace}/access`, { token }),
      server.http.put(`${helped.espace}/access/default`, {
        token,
        body: { professionals: 'open', documents: 'visible' },
      }),
      server.http.get(`${helped.espace}/journal`, { token }),
      server.http.get(`${helped.espace}/journal/export?format=json`, { token }),
      server.http.post(`${helped.espace}/closure`, { token, body: { password: carer.password, erase: false } }),
      server.http.get(`${helped.espace}/carers`, { token }),
      invite({ ...carer, espace: helped.espace }, insured(5)),
    ]);
    expect(refusals.map(({ status, body }) => [status, body.rule])).toEqual(refusals.map(() => [403, 'silence']));
    const traces = (await server.http.get(`${helped.espace}/journal`, { token: helped.token })).body.items;
    expect(traces.filter(({ verdict }: Wire) => verdict === 'DENY')).toHaveLength(refusals.length);
  });

  it('is ended by either side, at once, and is a stranger then', async () => {
    const helped = await server.holder(6);
    const carer = await server.holder(7);
    const stranger = await server.http.get(helped.espace, { token: (await server.holder(8)).token });
    const without = ({ body: { instance: _, ...body }, status }: Reply) => ({ status, body });
    for (const side of [helped, carer]) {
      const { id } = await delegated(helped, carer);
      expect((await server.http.get(helped.espace, { token: carer.token })).status).toBe(200);
      const ended = await server.http.delete(`${helped.espace}/carers/${id}`, { token: side.token });
      expect(ended.status).toBe(204);
      const after = await server.http.get(helped.espace, { token: carer.token });
      expect(without(after)).toEqual(without(stranger));
      expect(await espaces(carer)).toHaveLength(1);
      expect(await accept(carer, helped.espace, id).then(({ status }) => status)).toBe(404);
    }
    const carers = (await server.http.get(`${helped.espace}/carers`, { token: helped.token })).body.items;
    expect(carers.map(({ status }: Wire) => status)).toEqual(['ENDED', 'ENDED']);
  });

  it('refuses, and may be asked again; an invitation is taken back', async () => {
    const helped = await server.holder(9);
    const carer = await server.holder(10);
    const { id } = (await invite(helped, carer.person)).body;
    expect((await invite(helped, carer.person)).body.code).toBe('invitation-already-pending');
    const refused = await server.http.post(`${helped.espace}/invitations/${id}/refusal`, { token: carer.token });
    expect([refused.status, refused.body.status]).toEqual([200, 'REFUSED']);
    expect((await accept(carer, helped.espace, id)).body.code).toBe('invitation-unknown');
    const again = (await invite(helped, carer.person)).body.id;
    const taken = await server.http.delete(`${helped.espace}/invitations/${again}`, { token: helped.token });
    expect(taken.status).toBe(204);
    expect((await accept(carer, helped.espace, again)).status).toBe(404);
    expect(await received(carer)).toEqual([]);
    const list = (await server.http.get(`${helped.espace}/invitations`, { token: helped.token })).body.items;
    expect(list.map(({ status }: Wire) => status)).toEqual(['WITHDRAWN', 'REFUSED']);
  });

  it('is not written to over and over by whoever invites and takes it back', async () => {
    const [helped, carer, neighbour] = [await server.holder(101), await server.holder(102), await server.holder(103)];
    const lettersTo = async ({ person }: SignedInHolder, kind: string) =>
      (await server.messagesTo(person.email)).filter(message => message.kind === kind).length;
    const takeBack = ({ espace, token }: SignedInHolder, id: string) =>
      server.http.delete(`${espace}/invitations/${id}`, { token });
    for (let time = 0; time < MAX_INVITATIONS_TO_ONE; time++) {
      const { status, body } = await invite(helped, carer.person);
      expect(status).toBe(201);
      expect((await takeBack(helped, body.id)).status).toBe(204);
    }
    const refused = await invite(helped, carer.person);
    expect([refused.status, refused.body.code]).toEqual([409, 'too-many-invitations']);
    expect(await lettersTo(carer, 'delegate-invitation')).toBe(MAX_INVITATIONS_TO_ONE);
    expect(await lettersTo(carer, 'delegate-invitation-withdrawn')).toBe(0);
    const { id } = (await invite(helped, neighbour.person)).body;
    await server.advance(60 * MINUTE);
    expect((await takeBack(await signInAgain(helped), id)).status).toBe(204);
    expect(await lettersTo(neighbour, 'delegate-invitation-withdrawn')).toBe(1);
  });

  it('cannot be told to exist by whoever invites', async () => {
    const helped = await server.holder(11);
    const carer = await server.holder(12);
    const shape = ({ status, body: { id: _, ...body } }: Reply) => ({
      status,
      body: Object.keys(body),
      relation: body.status,
    });
    const known = await invite(helped, carer.person);
    const unknown = await invite(helped, insured(999));
    const wrong = await invite(helped, (await server.holder(13)).person, { birthName: 'AUTRE' });
    expect(shape(unknown)).toEqual(shape(known));
    expect(shape(wrong)).toEqual(shape(known));
    expect((await invite(helped, insured(998))).body.code).toBe('too-many-carers');
    expect((await invite(helped, helped.person)).body.code).toBe('delegate-is-holder');
    // To nobody: one whose traits do not agree finds nothing.
    expect(await received(await signInAgain(await server.holder(14)))).toEqual([]);
  });

  it('is one of three', async () => {
    const helped = await server.holder(15);
    for (let number = 0; number < MAX_CARERS; number++) await invite(helped, insured(900 + number));
    const { status, body } = await invite(helped, insured(910));
    expect([status, body.code]).toEqual([409, 'too-many-carers']);
  });

  it('helps five, however many are accepted at once', async () => {
    const carer = await server.holder(20);
    const helped = await Promise.all(Array.from({ length: MAX_HELPED + 2 }, (_, index) => server.holder(21 + index)));
    const ids = await Promise.all(helped.map(async one => (await invite(one, carer.person)).body.id));
    const answers = await Promise.all(helped.map((one, index) => accept(carer, one.espace, ids[index])));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 409, 409]);
    expect(answers.filter(({ status }) => status === 409).map(({ body }) => body.code)).toEqual([
      'too-many-helped',
      'too-many-helped',
    ]);
    expect(await espaces(carer)).toHaveLength(1 + MAX_HELPED);
    // One who lets go makes room.
    const first = answers.findIndex(({ status }) => status === 200);
    const refused = answers.findIndex(({ status }) => status === 409);
    await server.http.delete(`${helped[first]?.espace}/carers/${ids[first]}`, { token: carer.token });
    expect((await accept(carer, helped[refused]?.espace ?? '', ids[refused])).status).toBe(200);
  });

  it('repeats nothing that is sent again with the same key', async () => {
    const helped = await server.holder(30);
    const carer = await server.holder(31);
    const headers = { 'Idempotency-Key': 'inviter-une-fois' };
    const body = invitationTo(carer.person);
    const sent = { token: helped.token, body, headers };
    const first = await server.http.post(`${helped.espace}/invitations`, sent);
    const second = await server.http.post(`${helped.espace}/invitations`, sent);
    expect(second.body).toEqual(first.body);
    const path = `${helped.espace}/invitations/${first.body.id}/acceptance`;
    const effect = await server.effectOf(async () => {
      for (const key of ['oui', 'oui', 'oui encore'])
        expect((await server.http.post(path, { token: carer.token, headers: { 'Idempotency-Key': key } })).status).toBe(
          200,
        );
    });
    expect(effect.events.filter(event => !event.includes('Access'))).toEqual([
      'helper DelegationReserved',
      'espace DelegationAccepted',
      'espace DocumentDeposited',
      'espace DocumentMasked',
    ]);
    expect(effect.contentsAdded).toBe(1);
  });
});

describe('the term', () => {
  it('of an invitation ends it, of a delegation the access; a renewal begins another year', async () => {
    const helped = await server.holder(40);
    const carer = await server.holder(41);
    const late = (await invite(helped, carer.person)).body.id;
    await server.advance(30 * DAY);
    const again = await signInAgain(carer);
    const { status, body } = await accept(again, helped.espace, late);
    expect([status, body.code]).toEqual([409, 'invitation-expired']);
    expect((await server.messagesTo(helped.person.email))[0].kind).toBe('delegate-invitation-expired');

    const holder = await signInAgain(helped);
    const { id } = await delegated(holder, again);
    await server.advance(300 * DAY);
    const path = `${helped.espace}/carers/${id}`;
    const { token } = await signInAgain(helped);
    const headers = { 'Idempotency-Key': 'prolonger-une-fois' };
    for (let times = 0; times < 2; times++)
      expect((await server.http.post(`${path}/renewal`, { token, headers })).status).toBe(200);
    const { items } = (await server.http.get(`${helped.espace}/documents`, { token })).body;
    const ofTheYear = items.map(({ title, date }: Wire) => [title, date]);
    const renewedOn = (await server.http.get('/dev/clock')).body.now.slice(0, 10);
    const title = 'Attestation de délégation à un aidant';
    expect(ofTheYear).toEqual([
      [title, renewedOn],
      [title, expect.not.stringMatching(renewedOn)],
    ]);
    await server.advance(364 * DAY);
    expect((await server.http.get(helped.espace, { token: (await signInAgain(carer)).token })).status).toBe(200);
    await server.advance(DAY);
    expect((await server.http.get(helped.espace, { token: (await signInAgain(carer)).token })).status).toBe(404);
    const types = (await server.store.readStream(`espace-${helped.id}`)).map(({ type }) => type);
    expect(types.slice(-2)).toContain('DelegationEnded');
    expect((await server.messagesTo(carer.person.email))[0].kind).not.toBe('sign-in-code');
  });
});

describe('the readers of a document', () => {
  it('are without a carer who may act for nobody, on the days on which they may not', async () => {
    const [helped, carer] = [await server.holder(70), await server.holder(71)];
    const { id } = await delegated(helped, carer);
    const deposited = await server.deposit(helped.token, helped.espace, { title: 'Vaccins', type: 'DOCPAT01' });
    const carers = async (at = ''): Promise<readonly string[]> => {
      const path = `${helped.espace}/documents/${deposited.body.id}/readers${at && `?at=${at}`}`;
      const { body } = await server.http.get(path, { token: helped.token });
      return body.readers.filter(({ who }: Wire) => who.kind === 'carer').map(({ who }: Wire) => who.id);
    };
    const now = async (): Promise<string> => (await server.http.get('/dev/clock')).body.now;
    expect(await carers()).toEqual([id]);
    const before = await now();
    await server.advance(60);
    const fund = { token: await server.staffTokenOf('fund-1') };
    const suspension = `/v1/fund/espaces/${carer.id}/suspension`;
    expect((await server.http.post(suspension, { ...fund, body: { reason: 'FRAUD' } })).status).toBe(200);
    await server.advance(60);
    const meanwhile = await now();
    expect(await carers()).toEqual([]);
    expect(await carers(before)).toEqual([id]);
    await server.advance(60);
    expect((await server.http.delete(suspension, fund)).status).toBe(200);
    expect(await carers()).toEqual([id]);
    expect(await carers(meanwhile)).toEqual([]);
  });
});

describe('closing', () => {
  it('ends carers, and reopening does not bring them back', async () => {
    const helped = await server.holder(50);
    const carer = await server.holder(51);
    await delegated(helped, carer);
    const { token } = helped;
    await server.http.post(`${helped.espace}/closure`, { token, body: { password: helped.password, erase: false } });
    await server.http.post(`${helped.espace}/reopening`, { token });
    expect((await server.http.get(helped.espace, { token: carer.token })).status).toBe(404);
    expect((await server.messagesTo(carer.person.email))[0]?.kind).toBe('delegation-ended');
    const kinds = (await server.messagesTo(helped.person.email)).map(({ kind }) => kind);
    expect(kinds.slice(0, 2)).toEqual(['reopening', 'closure']);
    const journal = (await server.http.get(`${helped.espace}/journal`, { token })).body.items;
    expect(journal.map(({ kind }: Wire) => kind)).toContain('DelegationEnded');
    const file = textFile('x');
    expect((await server.deposit(carer.token, helped.espace, { title: 'x', type: 'DOCPAT01' }, file)).status).toBe(404);
  });
});
