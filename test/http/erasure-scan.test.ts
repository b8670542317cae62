import { afterAll, expect, test } from 'vitest';
import { auditReplay } from '../../src/adapters/cli/audit.ts';
import { systemRandom } from '../../src/adapters/identity/system-random.ts';
import { TOKENS } from '../../src/composition-root.ts';
import { filesIn, openedIn, wrappedKeyIn } from '../support/data-folder.ts';
import { DAY, insured, rppsOf, type SignedInHolder, startServer, TERMS, textFile } from '../support/server.ts';

/*
 * After an erasure, whoever takes the whole data folder, every file and every leftover page in it, and the master secret
 * with it, finds nothing of the person; in the trail of who was helped their name stays, and no number or address. Before, they find all of it: the test would fail otherwise.
 *
 * Mutants that these tests kill: a key that stays, in its row, in a freed page or in the write-ahead log; contents that stay;
 * something written beside the seal; a NIR in a stream that another's key
 * seals: of whoever was invited, or of a child's parent; an erasure that takes a neighbour's key or contents with it.
 */

const server = await startServer();
afterAll(() => server.stop());

const { application, http, folder } = server;
const { masterSecret } = application.parts.get(TOKENS.config);

const texts = {
  title: 'Coloscopie de contrôle',
  comment: 'Polype retiré, à revoir',
  report: 'Ce médecin ne me soigne pas',
};

/** A record with something of everything in it; what nobody may find of it afterwards, by what it is. */
const livedIn = async (one: SignedInHolder, file: string): Promise<Readonly<Record<string, string>>> => {
  const { token, espace, person } = one;
  const { body } = await server.deposit(
    token,
    espace,
    { title: texts.title, comment: texts.comment, type: 'DOCPAT03' },
    textFile(file, `${one.login}.txt`),
  );
  await http.put(`${espace}/access/authorisations/${rppsOf('general-practitioner')}`, { token, body: {} });
  const doctor = await server.tokenOf('general-practitioner');
  expect((await http.get(`${espace}/documents/${body.id}/content`, { token: doctor })).status).toBe(200);
  const [entry] = (await http.get(`${espace}/journal?kind=AccessedBy`, { token })).body.items;
  await http.post(`${espace}/journal/${entry.id}/report`, { token, body: { comment: texts.report } });
  const { nir, email, mobile, postalAddress = '', birthName = '', firstNames = '', vitaleSerial } = person;
  return { nir, email, mobile, postalAddress, birthName, firstNames, vitaleSerial, login: one.login, file };
};

/** She helps the other, is asked to help a third, and is a child's mother: in the streams of three who stay. */
const actsForOthers = async (gone: SignedInHolder, others: readonly SignedInHolder[]): Promise<void> => {
  const { nir, birthDate, birthName, firstNames } = gone.person;
  const [firstName] = (firstNames ?? '').split(' ');
  for (const [index, { espace, token }] of others.entries()) {
    const body = { relation: 'CARER', ins: nir, firstName, birthName, birthDate };
    const invited = await http.post(`${espace}/invitations`, { token, body });
    expect(invited.status).toBe(201);
    if (index > 0) continue;
    const acceptance = `${espace}/invitations/${invited.body.id}/acceptance`;
    expect((await http.post(acceptance, { token: gone.token })).status).toBe(200);
    expect((await http.get(`${espace}/documents`, { token: gone.token })).status).toBe(200);
  }
  const child = insured(4, { birthDate: '2020-02-03', email: '', mobile: '', vitaleSerial: '', parentNirs: nir });
  await server.importPersons([child]);
  const [invitation] = (await http.get('/v1/me/invitations', { token: gone.token })).body.items;
  const body = { ...TERMS, certifiesLegalRepresentation: true };
  const path = `/v1/espaces/${invitation.espace}`;
  expect((await http.post(`${path}/activation`, { token: gone.token, body })).status).toBe(200);
  const journal = await http.get(`${path}/journal`, { token: gone.token });
  expect(journal.body.items.length).toBeGreaterThan(0);
};

const foundIn = (needles: Readonly<Record<string, string>>, haystack: readonly string[]): readonly string[] =>
  Object.entries(needles).flatMap(([what, needle]) => (haystack.some(text => text.includes(needle)) ? [what] : []));

test('of an erased person nothing opens with any key that is left, but their name where they acted for others', async () => {
  const gone = await server.holder(1, { birthName: 'ZYSKOWSKA', firstNames: 'Ludmila Prune' });
  const other = await server.holder(2, { birthName: 'QUENTRIC', firstNames: 'Yves-Marie' });
  const [hers, his] = [
    await livedIn(gone, 'Adénome tubuleux en dysplasie de bas grade, exérèse complète.'),
    await livedIn(other, 'Tension artérielle : rien à signaler de particulier.'),
  ];
  const third = await server.holder(3, { birthName: 'ESSAI', firstNames: 'Camille' });
  await actsForOthers(gone, [other, third]);
  const NAME = 'Ludmila ZYSKOWSKA';
  const wrapped = { hers: wrappedKeyIn(folder, gone.id), his: wrappedKeyIn(folder, other.id) };
  const contentsOf = async () =>
    [...(await filesIn(folder)).keys()].filter(path => /^contents\/..\//.test(path)).length;
  const holds = async (bytes: Buffer | null) =>
    [...(await filesIn(folder))].filter(([, file]) => bytes !== null && file.includes(bytes)).map(([path]) => path);

  // What can be found, is found.
  const before = await openedIn(folder, masterSecret, [gone.id, other.id]);
  expect(foundIn(hers, before)).toEqual(Object.keys(hers));
  expect(foundIn(his, before)).toEqual(Object.keys(his));
  expect((await holds(wrapped.hers)).length).toBeGreaterThan(0);
  // One each, and the attestation that she helps him.
  expect(await contentsOf()).toBe(3);

  const closing = { token: gone.token, body: { password: gone.password, erase: true } };
  expect((await http.post(`${gone.espace}/closure`, closing)).status).toBe(200);
  await server.advance(85 * DAY);

  const scan = async (): Promise<void> => {
    const opened = await openedIn(folder, masterSecret, [gone.id, other.id]);
    // Who did something for them stays in their trail, by name and nothing else.
    expect(opened.some(text => text.includes(NAME))).toBe(true);
    const nameless = opened.map(text => text.replaceAll(NAME, ''));
    expect(foundIn(hers, nameless)).toEqual([]);
    expect(foundIn(his, opened)).toEqual(Object.keys(his));
    for (const [path, bytes] of await filesIn(folder)) {
      const text = bytes.toString('latin1');
      for (const [what, needle] of Object.entries({ ...hers, ...texts })) {
        const spelt = [Buffer.from(needle).toString('latin1'), Buffer.from(needle, 'utf16le').toString('latin1')];
        expect({ what, path, isFound: spelt.some(one => text.includes(one)) }).toEqual({ what, path, isFound: false });
      }
    }
    expect(await holds(wrapped.hers)).toEqual([]);
    expect(wrappedKeyIn(folder, gone.id)).toBeNull();
    expect((await holds(wrapped.his)).length).toBeGreaterThan(0);
    expect(await contentsOf()).toBe(2);
    const projections = (await filesIn(folder)).get('projections.db')?.toString('latin1') ?? '';
    expect(projections).not.toContain(gone.id);
  };
  await scan();

  // The histories still stand, hers closed to everybody, his as it was.
  const auditing = {
    store: server.store,
    records: application.parts.get(TOKENS.records),
    random: systemRandom,
  };
  const erased = await auditReplay(auditing, gone.id, 'essai', null);
  expect(erased?.text).toMatch(/since the key that opened them is destroyed: [1-9]/);
  expect(foundIn(hers, [erased?.text ?? ''])).toEqual([]);
  const kept = await auditReplay(auditing, other.id, 'essai', null);
  expect(kept).toMatchObject({ differing: 0 });
  expect(kept?.checked).toBeGreaterThan(0);

  // After the stop too, when the write-ahead logs have been moved into their files.
  await application.stop();
  await scan();
});
