import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TOKENS } from '../../src/composition-root.ts';
import type { Reply, Wire } from '../support/http-client.ts';
import {
  DAY,
  type Insured,
  insured,
  PASSWORD,
  rppsOf,
  type SignedInHolder,
  startServer,
  TERMS,
  type TestServer,
} from '../support/server.ts';

/*
 * Children over HTTP: attached to the parent who declared them, followed by both, secret where the minor asks, and of age.
 *
 * Mutants that these tests kill: a child invited like an adult; any parent named taken for the one who declared; a parent
 * who acts before activating, or accepts instead; one who is suspended and decides; a second parent who makes a third; a
 * secret act in a list, a journal, an export, a report, the readers or an answer of its own,
 * today or as of a past day, before or after it is deleted; what its author looked for beside it; a notice of it to a parent; parents let in on the eighteenth
 * birthday because the deadline was not carried out yet; a young adult with another espace, or who finds it closed;
 * a minor let open an account of their own, oppose, or have the contacts changed; an invitation that outlives majority; a parent's
 * report that the parent cannot read.
 */

let server: TestServer;
let mother: SignedInHolder;
let father: SignedInHolder;
beforeAll(async () => {
  server = await startServer();
  mother = await server.holder(1);
  father = await server.holder(2, { firstNames: 'Claude', birthName: 'ESSAI' });
});
afterAll(() => server.stop());

const CERTIFIED = { ...TERMS, certifiesLegalRepresentation: true };

const now = async (): Promise<string> => (await server.http.get('/dev/clock')).body.now;

/** Comes of age `days` from today, 00:00 UTC. */
const childOf = async (order: number, days: number, parentNirs: string, more: object = {}): Promise<Insured> => {
  const ofAge = new Date(Date.parse((await now()).slice(0, 10)) + days * DAY * 1000).toISOString();
  const birthDate = `${Number(ofAge.slice(0, 4)) - 18}${ofAge.slice(4, 10)}`;
  return insured(order, { birthDate, firstNames: 'Lou', email: '', mobile: '', parentNirs, ...more });
};

const received = async ({ token }: SignedInHolder): Promise<Wire[]> =>
  (await server.http.get('/v1/me/invitations', { token })).body.items;
const activate = (by: SignedInHolder, espace: string): Promise<Reply> =>
  server.http.post(`${espace}/activation`, { token: by.token, body: CERTIFIED });
const signedInAgain = async (holder: SignedInHolder): Promise<SignedInHolder> => ({
  ...holder,
  token: (await server.signIn(holder.person, holder.login)).accessToken,
});
const invitationOf = ({ person }: SignedInHolder) => ({
  relation: 'SECOND_REPRESENTATIVE',
  ins: person.nir,
  firstName: person.firstNames ?? '',
  birthName: person.birthName ?? '',
  birthDate: person.birthDate,
});

/** A child's espace, activated by the mother, with or without the father. */
const attached = async (order: number, days: number, withFather = false, more: object = {}): Promise<string> => {
  await server.importPersons([await childOf(order, days, `${mother.person.nir} ${father.person.nir}`, more)]);
  const [invitation] = await received(mother);
  const espace = `/v1/espaces/${invitation.espace}`;
  expect((await activate(mother, espace)).status).toBe(200);
  if (withFather) {
    const body = invitationOf(father);
    const invited = await server.http.post(`${espace}/invitations`, { token: mother.token, body });
    const path = `${espace}/invitations/${invited.body.id}/acceptance`;
    expect((await server.http.post(path, { token: father.token })).status).toBe(200);
  }
  return espace;
};

describe('a child', () => {
  it('is activated by the parent who declared it, who alone was asked', async () => {
    await server.importPersons([await childOf(10, 4_000, `${mother.person.nir} ${father.person.nir}`)]);
    expect(await received(father)).toEqual([]);
    const [invitation] = await received(mother);
    expect(invitation).toMatchObject({ relation: 'PARENT', holder: { firstNames: 'Lou' }, expiresAt: null });
    expect((await server.messagesTo(mother.person.email))[0].kind).toBe('child-espace');
    const espace = `/v1/espaces/${invitation.espace}`;
    expect((await server.http.get(espace, { token: mother.token })).status).toBe(404);
    expect((await activate(father, espace)).status).toBe(404);
    const uncertified = { ...CERTIFIED, certifiesLegalRepresentation: false };
    const refused = await server.http.post(`${espace}/activation`, { token: mother.token, body: uncertified });
    expect(refused.status).toBe(400);

    const activated = await activate(mother, espace);
    expect(activated.body).toMatchObject({ relation: 'PARENT', status: 'VALIDATED', name: 'Dominique PAT-TROIS' });
    const shown = await server.http.get(espace, { token: mother.token });
    expect(shown.body).toMatchObject({ status: 'activated', holder: { firstNames: 'Lou' } });
    const { body: me } = await server.http.get('/v1/me', { token: mother.token });
    const [, child] = me.espaces;
    expect([child.relation, child.until]).toEqual(['PARENT', activated.body.until]);
    expect(child.rights).toContain('read-journal');
    expect(child.rights).not.toContain('delete-document');
    const journal = await server.http.get(`${espace}/journal`, { token: mother.token });
    const act = journal.body.items.find(({ action }: Wire) => action === 'activate-for-child');
    expect([act.actor, act.onBehalfOf]).toEqual([
      { kind: 'representative', name: 'Dominique PAT-TROIS' },
      invitation.espace,
    ]);
    expect((await activate(mother, espace)).body.code).toBe('espace-already-activated');
  });

  it('is nobody’s to act for before it was activated and certified', async () => {
    await server.importPersons([await childOf(15, 4_000, mother.person.nir)]);
    const [{ id, espace: child }] = await received(mother);
    const espace = `/v1/espaces/${child}`;
    const accepted = await server.http.post(`${espace}/invitations/${id}/acceptance`, { token: mother.token });
    expect([accepted.status, accepted.body.code]).toEqual([409, 'espace-not-activated']);
    expect((await server.http.get(`${espace}/documents`, { token: mother.token })).status).toBe(404);
    expect((await activate(mother, espace)).status).toBe(200);
  });

  it('is opposed, with a proof, by a parent who has no account but was identified', async () => {
    const parent = insured(22);
    await server.importPersons([parent]);
    await server.importPersons([await childOf(23, 4_000, parent.nir)]);
    const token = await server.enrol(parent);
    const [{ relation, espace }] = (await server.http.get('/v1/me/invitations', { token })).body.items;
    expect(relation).toBe('PARENT');
    const opposition = `/v1/espaces/${espace}/opposition`;
    expect((await server.http.get(`${opposition}/proof`, { token })).status).toBe(404);
    const opposed = await server.http.post(opposition, { token });
    expect([opposed.status, opposed.body.proof]).toEqual([201, `${opposition}/proof`]);
    const proof = await server.http.get(opposed.body.proof, { token });
    expect([proof.status, proof.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    expect((await server.http.get(opposed.body.proof, { token: father.token })).status).toBe(404);
  });

  it('is not opposed by a member who was only identified', async () => {
    const parent = await server.holder(24);
    await server.importPersons([await childOf(25, 4_000, parent.person.nir)]);
    const { nir, vitaleSerial, birthDate } = parent.person;
    await server.http.post('/v1/enrolment/codes', { body: { nir, vitaleSerial, birthDate, channel: 'SMS' } });
    const code = await server.codeFor(parent.person, 'identification-code');
    const { body } = await server.http.post('/v1/enrolment/verifications', { body: { code, nir, vitaleSerial } });
    const token = body.enrolmentToken;
    const [{ espace }] = await received(parent);
    for (const reply of [
      await server.http.get('/v1/me/invitations', { token }),
      await server.http.post(`/v1/espaces/${espace}/opposition`, { token }),
      await server.http.post(`${parent.espace}/suspension/objection`, { token }),
    ])
      expect([reply.status, reply.body.code]).toEqual([403, 'sign-in-needed']);
  });

  it('is nothing to a parent whose own espace is suspended', async () => {
    const parent = await server.holder(16);
    await server.importPersons([await childOf(17, 4_000, parent.person.nir)]);
    const [{ espace: child, id }] = await received(parent);
    const fund = (await server.http.post('/dev/tokens', { body: { staff: 'fund-1' } })).body.accessToken;
    const suspension = { token: fund, body: { reason: 'FRAUD' } };
    expect((await server.http.post(`/v1/fund/espaces/${parent.id}/suspension`, suspension)).status).toBe(200);
    const ask = async (path: string) => {
      const { status, body } = await server.http.post(`/v1/espaces/${child}${path}`, { token: parent.token });
      return [status, body.code];
    };
    expect(await ask('/opposition')).toEqual([404, 'not-found']);
    expect(await ask(`/invitations/${id}/refusal`)).toEqual([409, 'own-espace-not-active']);
    expect((await server.http.get('/v1/me', { token: parent.token })).body.espaces).toHaveLength(1);
    expect(await received(parent)).toEqual([]);
  });

  it('has one second representative, whom the declaring parent invites', async () => {
    const espace = await attached(18, 4_000, true);
    const uncle = await server.holder(19, { firstNames: 'Camille', birthName: 'ESSAI' });
    const invite = async ({ token }: SignedInHolder) =>
      (await server.http.post(`${espace}/invitations`, { token, body: invitationOf(uncle) })).body;
    expect((await invite(father)).rule).toBe('silence');
    expect((await invite(mother)).code).toBe('too-many-representatives');
  });

  it('is opposed by that parent, who may change their mind', async () => {
    await server.importPersons([await childOf(11, 4_000, mother.person.nir)]);
    const [invitation] = await received(mother);
    const espace = `/v1/espaces/${invitation.espace}`;
    expect((await server.http.post(`${espace}/opposition`, { token: father.token })).status).toBe(404);
    expect((await server.http.post(`${espace}/opposition`, { token: mother.token })).status).toBe(201);
    const doctor = await server.tokenOf('general-practitioner');
    expect((await server.http.get(espace, { token: doctor })).body.rule).toBe('espace-not-open');
    expect((await activate(mother, espace)).status).toBe(200);
    expect((await server.http.get(espace, { token: mother.token })).body.status).toBe('activated');
  });

  it('whose parent is imported after them finds the parent all the same', async () => {
    const order = 12;
    const parent = insured(order);
    await server.importPersons([await childOf(13, 4_000, parent.nir)]);
    const late = await server.holder(order);
    expect((await received(late)).map(({ relation }) => relation)).toEqual(['PARENT']);
  });

  it('has no account of their own before majority', async () => {
    const child = await childOf(14, 700, mother.person.nir, { email: 'lou-14@exemple.fr', mobile: '+33699000014' });
    await server.importPersons([child]);
    const { nir, vitaleSerial, birthDate } = child;
    await server.http.post('/v1/enrolment/codes', { body: { nir, vitaleSerial, birthDate, channel: 'SMS' } });
    const code = await server.codeFor(child, 'identification-code');
    const { body } = await server.http.post('/v1/enrolment/verifications', { body: { code, nir, vitaleSerial } });
    const tried = await server.http.post('/v1/enrolment/activation', {
      token: body.enrolmentToken,
      body: { ...TERMS, login: 'lou.quatorze', password: PASSWORD },
    });
    expect([tried.status, tried.body.code]).toEqual([409, 'minor-represented']);
    // Nor does whoever holds the card say no in the parents' place, or have their notices sent elsewhere.
    const elsewhere = { token: body.enrolmentToken, body: { email: 'ailleurs-14@exemple.fr' } };
    for (const changed of [
      await server.http.post('/v1/enrolment/opposition', { token: body.enrolmentToken }),
      await server.http.put('/v1/enrolment/contacts', elsewhere),
      await server.http.post('/v1/enrolment/contacts/verifications', {
        token: body.enrolmentToken,
        body: { channel: 'EMAIL', code: '000000' },
      }),
      await server.http.post(`/v1/espaces/${(await received(mother)).at(-1)?.espace}/suspension/objection`, {
        token: body.enrolmentToken,
      }),
    ])
      expect([changed.status, changed.body.code]).toEqual([409, 'minor-represented']);
    expect(await server.messagesTo('ailleurs-14@exemple.fr')).toEqual([]);
  });

  it('is followed by both parents, separated or not; neither ends the other', async () => {
    const espace = await attached(20, 4_000, true);
    const read = await Promise.all(
      [mother, father].map(({ token }) => server.http.get(`${espace}/documents`, { token })),
    );
    expect(read.map(({ status }) => status)).toEqual([200, 200]);
    const list = await server.http.get(`${espace}/representatives`, { token: father.token });
    expect(list.body.items.map(({ relation, status }: Wire) => [relation, status])).toEqual([
      ['PARENT', 'VALIDATED'],
      ['SECOND_REPRESENTATIVE', 'VALIDATED'],
    ]);
    const [{ id: first }, { id: second }] = list.body.items;
    const end = ({ token }: SignedInHolder, id: string, part = 'representatives') =>
      server.http.delete(`${espace}/${part}/${id}`, { token });
    expect((await end(father, first)).body.code).toBe('delegation-unknown');
    expect((await end(mother, first)).body.code).toBe('delegation-not-yours-to-end');
    expect((await end(mother, second, 'carers')).body.code).toBe('delegation-not-yours-to-end');
    expect((await end(father, second)).status).toBe(204);
    expect((await server.http.get(espace, { token: father.token })).status).toBe(404);
  });
});

describe('an access that a parent reports', () => {
  it('is a ticket of that parent, who alone reads it, its answer and its trail', async () => {
    const espace = await attached(21, 4_000, true);
    const doctor = await server.tokenOf('general-practitioner');
    await server.deposit(doctor, espace, { title: 'Otite', type: '34112-3', patientInformed: true });
    const { body } = await server.http.get(`${espace}/journal?kind=DocumentDeposited`, { token: mother.token });
    const report = await server.http.post(`${espace}/journal/${body.items[0].id}/report`, {
      token: mother.token,
      body: { comment: 'Qui est-ce ?' },
    });
    const { ticket } = report.body;
    await server.application.parts.get(TOKENS.ticketQueue).settled();
    const agent = await server.staffTokenOf('support-1');
    await server.http.post(`/v1/support/tickets/${ticket}/assignment`, { token: agent });
    const answer = { token: agent, body: { message: 'Nous regardons.' } };
    expect((await server.http.post(`/v1/support/tickets/${ticket}/messages`, answer)).status).toBe(201);
    expect((await server.messagesTo(mother.person.email))[0].kind).toBe('ticket-answer');

    const own = await server.http.get(`/v1/tickets/${ticket}`, { token: mother.token });
    expect(own.body.messages.map(({ text }: Wire) => text)).toEqual(['Qui est-ce ?', 'Nous regardons.']);
    const list = await server.http.get('/v1/tickets', { token: mother.token });
    expect(list.body.items.map(({ id }: Wire) => id)).toContain(ticket);
    expect((await server.http.get(`/v1/tickets/${ticket}`, { token: father.token })).body.code).toBe('not-found');
    const trail = await server.http.get(`${mother.espace}/journal?kind=HelpNoted`, { token: mother.token });
    expect(trail.body.items.map(({ details }: Wire) => details)).toEqual(
      ['TICKET_ANSWERED', 'TICKET_TAKEN', 'TICKET_OPENED'].map(act => `act=${act} ticket=${ticket}`),
    );
    const childs = await server.http.get(`${espace}/journal?kind=HelpNoted`, { token: mother.token });
    expect(childs.body.items).toEqual([]);
  });
});

describe('a secret act', () => {
  it('is nowhere for either parent, at any date, nor after it was deleted', async () => {
    const espace = await attached(30, 700, true);
    const doctor = await server.tokenOf('hospital-doctor');
    const [beside] = [await server.deposit(doctor, espace, { title: 'Otite', type: '34112-3', patientInformed: true })];
    const answers = async (secret: string | null, at: string): Promise<string> => {
      const documents = [beside.body.id, secret ?? crypto.randomUUID()];
      const replies = await Promise.all(
        [mother, father].flatMap(({ token }) => [
          server.http.get(`${espace}/documents`, { token }),
          server.http.get(`${espace}/documents?q=a`, { token }),
          server.http.get(`${espace}/journal/export?format=json`, { token }),
          ...documents.flatMap(id => [
            server.http.get(`${espace}/documents/${id}`, { token }),
            server.http.get(`${espace}/documents/${id}/content`, { token }),
            server.http.get(`${espace}/documents/${id}/readers`, { token }),
            server.http.get(`${espace}/documents/${id}/readers?at=${at}`, { token }),
            server.http.get(`${espace}/journal?document=${id}`, { token }),
          ]),
        ]),
      );
      return (
        replies
          .map(({ status, bytes }) => `${status} ${bytes}`)
          .join('\n')
          .replace(/urn:uuid:[0-9a-f-]{36}/g, '')
          // What they looked for themselves they may know, whether there is such a thing or not.
          .replace(/\\"documentId\\":\\"[0-9a-f-]{36}\\"/g, '')
      );
    };
    const secret = await server.deposit(doctor, espace, {
      title: 'IVG médicamenteuse',
      type: '34112-3',
      patientInformed: true,
      hiddenFromRepresentatives: true,
    });
    const id = secret.body.id;
    const told = (await server.messagesTo(mother.person.email)).length;
    const breakGlass = async (documentId: string): Promise<number> => {
      const path = `${espace}/documents/${documentId}`;
      const headers = { 'Purpose-Of-Use': 'BTG', 'Purpose-Reason': 'malaise' };
      const { status } = await server.http.get(path, { token: await server.tokenOf('cardiologist'), headers });
      expect(status).toBe(200);
      return (await server.messagesTo(mother.person.email)).length;
    };
    expect(await breakGlass(id)).toBe(told);
    expect(await breakGlass(beside.body.id)).toBe(told + 1);
    const at = await now();
    const seen = await answers(id, at);
    expect(seen).not.toContain('IVG');
    expect(seen.match(new RegExp(id, 'g')) ?? []).toEqual([]);
    for (const { token } of [mother, father])
      for (const part of ['', '/content', '/readers', `/readers?at=${at}`])
        expect((await server.http.get(`${espace}/documents/${id}${part}`, { token })).body.code).toBe('not-found');

    const headers = {
      'If-Match': (await server.http.get(`${espace}/documents/${id}`, { token: doctor })).headers.get('ETag') ?? '',
    };
    expect((await server.http.delete(`${espace}/documents/${id}`, { token: doctor, headers })).status).toBe(204);
    const after = await answers(id, at);
    expect(after).not.toContain('IVG');
    expect(after.match(new RegExp(id, 'g')) ?? []).toEqual([]);
  });

  it('is not told by what else the professional looked for that day, in any form of the journal', async () => {
    const espace = await attached(32, 700);
    const urgent = { 'Purpose-Of-Use': 'BTG', 'Purpose-Reason': 'IVG en urgence' };
    const [doctor, nurse] = [await server.tokenOf('hospital-doctor'), await server.tokenOf('cardiologist')];
    const look = (token: string, query: string, headers: Record<string, string> = {}) =>
      server.http.get(`${espace}/documents${query}`, { token, headers });
    expect((await look(doctor, '', urgent)).status).toBe(200);
    expect((await look(doctor, '?q=Contraception')).status).toBe(403);
    expect((await look(nurse, '?q=Contraception', urgent)).status).toBe(200);
    const visible = { title: 'Otite', type: '34112-3', patientInformed: true };
    const beside = (await server.deposit(doctor, espace, visible)).body.id;
    expect((await server.http.get(`${espace}/documents/${beside}`, { token: nurse, headers: urgent })).status).toBe(
      200,
    );
    const secret = await server.deposit(doctor, espace, {
      ...visible,
      title: 'Secret',
      hiddenFromRepresentatives: true,
    });
    expect(secret.status).toBe(201);

    const looksSeen = async (): Promise<readonly string[]> => {
      const { token } = mother;
      const page = await server.http.get(`${espace}/journal`, { token });
      const exported = await server.http.get(`${espace}/journal/export?format=json`, { token });
      const csv = await server.http.get(`${espace}/journal/export?format=csv`, { token });
      const archive = await server.http.post(`${espace}/export`, { token });
      const zipped = strFromU8(unzipSync(archive.bytes)['journal.json'] as Uint8Array);
      const texts = [page.bytes, exported.bytes, csv.bytes].map(bytes => Buffer.from(bytes).toString());
      for (const text of [...texts, zipped]) expect(text).not.toMatch(/IVG|Contraception|Secret/);
      const looks = (items: Wire[]): readonly string[] =>
        items
          .filter(({ actor, action }) => actor.kind === 'professional' && /^(list|read)-document/.test(action ?? ''))
          .map(({ actor, action }) => `${actor.rpps} ${action}`);
      const seen = looks(page.body.items);
      expect(looks(JSON.parse(texts[1] as string))).toEqual(seen);
      expect(looks(JSON.parse(zipped))).toEqual(seen);
      expect(texts[2]?.match(/list-documents/g)?.length ?? 0).toBe(seen.filter(one => /list/.test(one)).length);
      return seen;
    };
    const reading = `${rppsOf('cardiologist')} read-document`;
    expect(await looksSeen()).toEqual([reading]);
    await server.advance(DAY);
    mother = await signedInAgain(mother);
    father = await signedInAgain(father);
    expect(await looksSeen()).toEqual([reading, `${rppsOf('cardiologist')} list-documents`]);
  });

  it('is not made by a parent, nor undone', async () => {
    const espace = await attached(31, 700);
    const deposited = await server.deposit(mother.token, espace, {
      title: 'Carnet',
      type: 'DOCPAT01',
      hiddenFromRepresentatives: true,
    });
    const one = `${espace}/documents/${deposited.body.id}`;
    const seen = await server.http.get(one, { token: mother.token });
    expect(seen.status).toBe(200);
    const headers = { 'If-Match': seen.headers.get('ETag') ?? '' };
    const hide = { token: mother.token, headers, body: { hiddenFromRepresentatives: true } };
    expect((await server.http.put(`${one}/visibility`, hide)).status).toBe(403);
  });
});

const activateOwn = async (person: Insured, login: string): Promise<Reply> => {
  const { nir, vitaleSerial, birthDate } = person;
  await server.http.post('/v1/enrolment/codes', { body: { nir, vitaleSerial, birthDate, channel: 'SMS' } });
  const code = await server.codeFor(person, 'identification-code');
  const { body } = await server.http.post('/v1/enrolment/verifications', { body: { code, nir, vitaleSerial } });
  return server.http.post('/v1/enrolment/activation', {
    token: body.enrolmentToken,
    body: { ...TERMS, login, password: PASSWORD },
  });
};

describe('majority', () => {
  it('does not come for a child who died, and nobody writes to the parents of it', async () => {
    const espace = await attached(45, 30);
    const token = await server.staffTokenOf('fund-1');
    const kept = { title: 'Résultat', type: '34112-3', patientInformed: true, hiddenFromHolderUntilAnnounced: true };
    expect((await server.deposit(await server.tokenOf('hospital-doctor'), espace, kept)).status).toBe(201);
    const body = { diedOn: (await now()).slice(0, 10) };
    const path = `/v1/fund/espaces/${espace.slice(-36)}/death`;
    expect((await server.http.post(path, { token, body })).status).toBeLessThan(300);
    const before = await server.messagesTo(mother.person.email);
    await server.advance(40 * DAY);
    expect(await server.messagesTo(mother.person.email)).toEqual(before);
    const types = (await server.store.readStream(`espace-${espace.slice(-36)}`)).map(({ type }) => type);
    expect(types.at(-1)).toBe('ClosedAfterDeath');
    [mother, father] = [await signedInAgain(mother), await signedInAgain(father)];
  });

  it('ends the parents’ rights at midnight, and the espace is the young adult’s own', async () => {
    const contacts = { email: 'lou-40@exemple.fr', mobile: '+33699000040' };
    const espace = await attached(40, 30, true, contacts);
    const kept = await server.deposit(mother.token, espace, { title: 'Vaccins', type: 'DOCPAT01' });
    const body = { ...invitationOf(father), relation: 'CARER', ins: insured(41).nir, firstName: 'X', birthName: 'Y' };
    await server.http.post(`${espace}/invitations`, { token: mother.token, body });
    const until = (await server.http.get('/v1/me', { token: mother.token })).body.espaces.at(-1).until;
    expect(until.slice(10)).toBe('T00:00:00.000Z');

    const seconds = Math.floor((Date.parse(until) - Date.parse(await now())) / 1000) - 60;
    await server.advance(seconds);
    const parents = [await signedInAgain(mother), await signedInAgain(father)];
    for (const { token } of parents) expect((await server.http.get(espace, { token })).status).toBe(200);
    await server.advance(61);
    for (const { token } of parents) expect((await server.http.get(espace, { token })).status).toBe(404);
    const types = (await server.store.readStream(`espace-${espace.slice(-36)}`)).map(({ type }) => type);
    expect(types).toContain('MajorityReached');
    expect((await server.messagesTo(mother.person.email)).map(({ kind }) => kind)).toContain('majority');

    const adult = insured(40, { ...contacts, birthDate: `${Number(until.slice(0, 4)) - 18}${until.slice(4, 10)}` });
    const activated = await activateOwn(adult, 'lou.majeur');
    expect([activated.status, `/v1/espaces/${activated.body.espace}`]).toEqual([201, espace]);
    const { accessToken: token } = await server.signIn(adult, 'lou.majeur');
    const documents = await server.http.get(`${espace}/documents`, { token });
    expect(documents.body.items.map(({ id }: Wire) => id)).toEqual([kept.body.id]);
    const past = await server.http.get(`${espace}/representatives`, { token });
    expect(past.body.items.map(({ status }: Wire) => status)).toEqual(['ENDED', 'ENDED']);
    // Of what the parents did, nothing is lost to who it was done for.
    const journal = await server.http.get(`${espace}/journal?limit=200`, { token });
    expect(journal.body.items.some(({ actor }: Wire) => actor.kind === 'representative')).toBe(true);
    const invited = await server.http.post(`${espace}/invitations`, { token, body: invitationOf(father) });
    expect(invited.body.code).toBe('person-of-age');
  });

  it('brings back to the young adult what a parent had closed and asked to be erased', async () => {
    mother = await signedInAgain(mother);
    const contacts = { email: 'lou-42@exemple.fr', mobile: '+33699000042' };
    const child = await childOf(42, 20, mother.person.nir, contacts);
    await server.importPersons([child]);
    const espace = `/v1/espaces/${(await received(mother))[0]?.espace}`;
    expect((await activate(mother, espace)).status).toBe(200);
    const body = { password: PASSWORD, erase: true };
    expect((await server.http.post(`${espace}/closure`, { token: mother.token, body })).status).toBe(200);
    await server.advance(21 * DAY);

    const activated = await activateOwn(child, 'lou.rouvre');
    expect([activated.status, activated.body.status, `/v1/espaces/${activated.body.espace}`]).toEqual([
      201,
      'activated',
      espace,
    ]);
    await server.advance(100 * DAY);
    const { accessToken: token } = await server.signIn(child, 'lou.rouvre');
    expect((await server.http.get(espace, { token })).body).toMatchObject({ status: 'activated', erasureDueAt: null });
  });
});
