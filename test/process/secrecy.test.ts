import { readdir, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpClient, type Wire } from '../support/http-client.ts';
import { readLive } from '../support/http-events.ts';
import { formOf, insured, PASSWORD, rppsOf, textFile } from '../support/server.ts';
import { spellings } from '../support/spellings.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { buildProgram, type Ended, type Program } from './program.ts';
import { activate, importFile, signIn, tokenOf } from './story.ts';

/**
 * After a whole story, with its refusals and its faults: nothing of what anybody said or is stands in any file of the data
 * folder, in any line of the log at its most talkative, or in the metrics.
 *
 * Mutants seen to fail: the store not sealed; a NIR as the name of a stream; the URL, or an error's message, in the log.
 */

let program: Program;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  [program, folder] = [await buildProgram(), await temporaryFolder()];
});
afterAll(async () => {
  await folder.remove();
  await program.remove();
});

/** Texts that nobody may find, by what they are. */
const needles = new Map<string, string>();

/** What of the needles is in there. Six digits alone count only where they stand alone. */
const foundIn = (where: string, bytes: Buffer): string[] => {
  const text = bytes.toString('latin1');
  const folded = text.toLowerCase();
  return [...needles].flatMap(([what, needle]) => {
    const isFound = /^\d{6}$/.test(needle)
      ? new RegExp(`(?<![0-9a-zA-Z.])${needle}(?![0-9a-zA-Z])`).test(text)
      : spellings(needle).some(one => one.length > 5 && folded.includes(one.toString('latin1').toLowerCase()));
    return isFound ? [`${what} in ${where}`] : [];
  });
};

const filesOf = async (): Promise<string[]> =>
  (await readdir(folder.path, { recursive: true, withFileTypes: true }))
    .filter(entry => entry.isFile() && entry.name !== 'insured.csv')
    .map(entry => join(entry.parentPath, entry.name));

test('nothing of a person is found where it must not be', async () => {
  const person = insured(1, { birthName: 'ZYSKOWSKA', firstNames: 'Ludmila Prune', email: 'ludmila.z@exemple.fr' });
  const second = insured(2, { birthName: 'QUENTRIC', firstNames: 'Yves-Marie' });
  const env = { DATA_FOLDER: folder.path, PORT: '0', LOG_LEVEL: 'debug', ANONYMOUS_REQUESTS_PER_MINUTE: '10000' };
  const running = program.start(env);
  const http = createHttpClient(await running.url);
  const imported = await importFile(program, env, folder.path, [person, second, { ...person, nir: '253079999900100' }]);
  expect(imported.code).toBe(1);

  const codes: string[] = [];
  const member = await activate(http, person, 'ludmila.au.jardin', codes);
  const session = await signIn(http, member, codes);
  const token: string = session.accessToken;
  const professionals: Record<string, string> = {};
  for (const key of ['general-practitioner', 'hospital-doctor', 'emergency-doctor', 'insurer-doctor', 'cardiologist'])
    professionals[key] = await tokenOf(http, key);
  const { espace } = member;

  const texts = {
    title: 'Coloscopie de contrôle',
    comment: 'Polype retiré, à revoir',
    file: 'Adénome tubuleux en dysplasie de bas grade, exérèse complète.',
    fileName: 'anatomopathologie-colon.txt',
    reason: 'Patiente inconsciente, hémorragie digestive',
    query: 'coloscopie',
    report: 'Ce médecin ne me soigne pas',
    wrongPassword: 'Mauvaise-Rose77?',
    wrongLogin: 'login.inconnu.de.tous',
    weakBody: 'champ-malmene-zzz',
    hidden: 'Annonce redoutée',
  };
  const describing = { title: texts.title, type: 'DOCPAT03', comment: texts.comment };
  const file = textFile(texts.file, texts.fileName);
  const deposited = await http.post(`${espace}/documents`, { token, raw: formOf(describing, file) });
  expect(deposited.status).toBe(201);
  // The only one there is so far.
  const [content] = (await filesOf()).filter(name => /contents\/[0-9a-f]{2}\//.test(name));
  const path = `${espace}/documents/${deposited.body.id}`;
  const hospital = professionals['hospital-doctor'];
  const keeping = { title: texts.hidden, type: '34112-3', patientInformed: true, hiddenFromHolderUntilAnnounced: true };
  const kept = await http.post(`${espace}/documents`, {
    token: hospital,
    raw: formOf(keeping, textFile('x'.repeat(200_000))),
  });

  const live = await readLive(http, `${espace}/journal/stream`, token);
  const targets = [rppsOf('general-practitioner'), '990000028'];
  for (const target of targets) await http.put(`${espace}/access/authorisations/${target}`, { token, body: {} });
  await http.put(`${espace}/access/attending-doctor`, {
    token,
    body: { professional: rppsOf('general-practitioner') },
  });
  await http.put(`${espace}/access/blocked/${rppsOf('cardiologist')}`, { token, body: {} });
  const glass = { 'Purpose-Of-Use': 'BTG', 'Purpose-Reason': encodeURIComponent(texts.reason) };
  for (const [key, other] of Object.entries(professionals)) {
    const headers = key === 'emergency-doctor' ? glass : {};
    await http.post('/v1/espaces/lookup', { token: other, body: { ins: person.nir } });
    await http.get(`${espace}/documents?q=${texts.query}`, { token: other, headers });
    await http.get(`${path}/content`, { token: other, headers });
  }
  const [entry] = (await http.get(`${espace}/journal?limit=1`, { token })).body.items;
  await http.post(`${espace}/journal/${entry.id}/report`, { token, body: { comment: texts.report } });
  await http.get(`${espace}/journal/export?format=csv`, { token });
  await http.get('/v1/me', { token });
  expect((await live.next()).event).toBe('ProfessionalAuthorised');
  live.leave();

  // What goes wrong.
  for (const login of ['ludmila.au.jardin', texts.wrongLogin])
    await http.post('/v1/sessions', { body: { login, password: texts.wrongPassword, channel: 'SMS' } });
  await http.post('/v1/sessions', { body: { login: { [texts.weakBody]: 1 }, password: 1 } });
  await http.post('/v1/enrolment/verifications', {
    body: { code: 'AAAAbbbb2222', nir: second.nir, vitaleSerial: second.vitaleSerial },
  });
  await http.get(`/v1/espaces/${texts.weakBody}/${encodeURIComponent(texts.title)}?nir=${person.nir}`, { token });
  await http.get('/v1/me', { token: `${token}x` });
  await http.post('/v1/sessions/refresh', { body: { refreshToken: session.refreshToken } });
  await truncate(content as string, 10);
  const { body: all } = await http.get(`${espace}/documents`, { token });
  // Whichever of the contents was cut: hers, by her; the one that is kept from her, by its author.
  const damaged = await Promise.all([
    ...all.items.map(({ id }: Wire) => http.get(`${espace}/documents/${id}/content`, { token })),
    http.get(`${path}/content`, { token: hospital, headers: glass }),
    http.get(`${espace}/documents/${kept.body.id}/content`, { token: hospital }),
  ]);
  await http.post(`${espace}/closure`, { token, body: { password: PASSWORD, erase: false } });
  const outbox: Wire[] = (await http.get('/dev/outbox')).body.items;
  const metrics = await http.get('/metrics');

  for (const [what, text] of Object.entries({ ...texts, password: PASSWORD, login: 'ludmila.au.jardin' }))
    needles.set(what, text);
  for (const [who, one] of [
    ['her', person],
    ['his', second],
  ] as const)
    for (const [what, text] of Object.entries(one))
      if (text.length > 5 && what !== 'birthDate') needles.set(`${who} ${what}`, text);
  for (const [index, code] of codes.entries()) needles.set(`code ${index}`, code);
  for (const [key, one] of Object.entries(professionals)) {
    needles.set(`${key}: token`, one);
    needles.set(`${key}: claims`, one.split('.')[1] as string);
    needles.set(`${key}: RPPS`, rppsOf(key));
  }
  needles.set('access token', token);
  needles.set('refresh token', session.refreshToken);
  for (const name of ['MARTINEAU', 'LEGRAND', 'BESSON', 'MERCIER', 'FONTAINE', 'hospitalier des Essais', '990000028'])
    needles.set(name, name);
  for (const { id, body } of outbox) needles.set(`message ${id}`, body);
  for (const type of ['34112-3', 'DOCPAT03', 'CPT_REND', 'break-glass', 'not-authorised', 'emergency'])
    needles.set(type, type);

  // The search itself finds what is there.
  expect(foundIn('a text', Buffer.from(`…${texts.title}…`))).toContain('title in a text');
  expect(foundIn('base64', Buffer.from(Buffer.from(`ab${person.nir}cd`).toString('base64')))).toContain(
    'her nir in base64',
  );

  const searched: string[] = [];
  const search = async (): Promise<string[]> => {
    const found: string[] = [];
    for (const name of await filesOf()) {
      searched.push(name);
      found.push(...foundIn(name, Buffer.concat([await readFile(name), Buffer.from(name)])));
    }
    return found;
  };
  expect(await search()).toEqual([]);
  running.child.kill('SIGTERM');
  const { code, stdout, stderr }: Ended = await running.ended;
  expect(code).toBe(0);
  expect(await search()).toEqual([]);
  for (const name of ['events.db', 'keys.db', 'projections.db', 'contents']) expect(searched.join()).toContain(name);

  const lines = stdout.split('\n').filter(line => line.startsWith('{'));
  expect(lines.length).toBeGreaterThan(40);
  expect(damaged.some(({ status }) => status === 500)).toBe(true);
  expect(
    lines.filter(line => line.includes('ContentDamagedError') || line.includes('content-damaged')).length,
  ).toBeGreaterThan(0);
  expect(foundIn('the log', Buffer.from(lines.join('\n')))).toEqual([]);
  expect(foundIn('the errors', Buffer.from(stderr))).toEqual([]);
  expect(foundIn('the import', Buffer.from(imported.stdout + imported.stderr))).toEqual([]);
  expect(foundIn('the metrics', metrics.bytes)).toEqual([]);
  for (const said of [lines.join('\n'), metrics.bytes.toString()]) {
    expect(said).not.toContain(member.id);
    expect(said).not.toMatch(/127\.0\.0\.1|Authorization|Bearer/);
  }
}, 60_000);
