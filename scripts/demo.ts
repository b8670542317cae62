import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditReplay } from '../src/adapters/cli/audit.ts';
import { table } from '../src/adapters/cli/table.ts';
import { readInsuredCsv } from '../src/adapters/identity/insured-csv.ts';
import { systemRandom } from '../src/adapters/identity/system-random.ts';
import { importInsured } from '../src/application/import/import-insured.ts';
import { startApplication } from '../src/application.ts';
import { TOKENS } from '../src/composition-root.ts';
import { readConfig } from '../src/config.ts';

/**
 * A whole story over real HTTP, on a server of its own with an empty folder: each step says what it does, what came back
 * and what should have. The exit code is 0 only if every step answered as expected.
 */

const FIXTURES = 'test/fixtures';
const DOMINIQUE = { nir: '279035121518989', vitaleSerial: '12345678901', birthDate: '1979-03-05' };
const GERARD = { nir: '146026322000196', vitaleSerial: '123456789012', birthDate: '1946-02-17' };
const LOGIN = 'dominique.demo';
const PASSWORD = 'Vert-Tilleul42!';

// biome-ignore lint/suspicious/noExplicitAny: what comes over the wire is shown and checked, not typed
type Wire = any;
type Reply = { readonly status: number; readonly headers: Headers; readonly body: Wire };
type Sent = {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly file?: string;
};

let unexpected = 0;
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const chapter = (title: string): void => say(`\n— ${title}`);
const check = (what: string, held: boolean, seen: unknown): void => {
  if (!held) unexpected += 1;
  say(`  ${held ? '✓' : '✗ UNEXPECTED'} ${what}${held ? '' : `: ${JSON.stringify(seen)}`}`);
};

const folder = await mkdtemp(join(tmpdir(), 'demo-'));
const application = await startApplication(
  readConfig({ ...process.env, NODE_ENV: 'development', DATA_FOLDER: folder, PORT: '0', HOST: '', LOG_LEVEL: 'error' }),
);
const { url, parts } = application;

const request = async (method: string, path: string, sent: Sent = {}): Promise<Reply> => {
  const headers = new Headers({ 'Accept-Language': 'fr', ...sent.headers });
  if (sent.token) headers.set('Authorization', `Bearer ${sent.token}`);
  let body: FormData | string | null = null;
  if (sent.file) {
    const form = new FormData();
    form.set('metadata', JSON.stringify(sent.body));
    form.set(
      'file',
      new File([await readFile(join(FIXTURES, sent.file))], sent.file, { type: mediaTypeOf(sent.file) }),
    );
    body = form;
  } else if (sent.body !== undefined) {
    headers.set('Content-Type', 'application/json');
    body = JSON.stringify(sent.body);
  }
  const response = await fetch(url + path, { method, headers, body });
  const isJson = /json/.test(response.headers.get('Content-Type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? await response.json() : Buffer.from(await response.arrayBuffer()),
  };
};

const mediaTypeOf = (name: string): string =>
  ({
    pdf: 'application/pdf',
    jpg: 'image/jpeg',
    png: 'image/png',
    tiff: 'image/tiff',
    rtf: 'application/rtf',
    txt: 'text/plain',
  })[name.split('.').at(-1) ?? ''] ?? '';

const step = async (
  what: string,
  expected: number | readonly [status: number, rule: string],
  method: string,
  path: string,
  sent: Sent = {},
): Promise<Reply> => {
  const [status, rule] = typeof expected === 'number' ? [expected, undefined] : expected;
  const reply = await request(method, path, sent);
  const held = reply.status === status && (rule === undefined || reply.body.rule === rule);
  const seen = reply.body?.code ? `${reply.body.code}${reply.body.rule ? `, rule ${reply.body.rule}` : ''}` : '';
  check(`${what} → ${reply.status}${seen === '' ? '' : ` (${seen})`}`, held, {
    expected,
    status: reply.status,
    body: reply.body,
  });
  return reply;
};

const tokenOf = async (professional: string): Promise<string> =>
  (await request('POST', '/dev/tokens', { body: { professional } })).body.accessToken;

/** The code in the newest message of this kind. */
const codeFrom = async (kind: string, to?: RegExp): Promise<string> => {
  const { items } = (await request('GET', '/dev/outbox')).body;
  const message = items.find((item: Wire) => item.kind === kind && (to === undefined || to.test(item.to)));
  return /: ([A-Za-z0-9]{6,12})(?:\.|$)/.exec(message?.body ?? '')?.[1] ?? '';
};

const identify = async (who: typeof DOMINIQUE, code: string): Promise<string> =>
  (
    await step('identity shown by code, NIR and card serial', 201, 'POST', '/v1/enrolment/verifications', {
      body: { code, nir: who.nir, vitaleSerial: who.vitaleSerial },
    })
  ).body.enrolmentToken;

try {
  say(`A story over HTTP at ${url}, data in ${folder}`);
  const gp = await tokenOf('general-practitioner');
  const hospital = await tokenOf('hospital-doctor');
  const cardiologist = await tokenOf('cardiologist');
  const pharmacist = await tokenOf('pharmacist');
  const emergency = await tokenOf('emergency-doctor');
  const insurer = await tokenOf('insurer-doctor');
  const rppsOf = Object.fromEntries(
    (await request('GET', '/dev/tokens')).body.items.map((item: Wire) => [item.key, item.rpps]),
  );

  chapter('1. Enrolment');
  const refusedLines: number[] = [];
  const report = await importInsured(
    { ...parts.get(TOKENS.identity), random: systemRandom },
    readInsuredCsv(createReadStream(join(FIXTURES, 'insured.csv'))),
    {
      production: false,
      invite: true,
      onRefused: (line, reasons) => {
        refusedLines.push(line);
        say(`  line ${line} refused: ${reasons.join(', ')}`);
      },
    },
  );
  check(
    `${report.imported} persons imported, ${report.refused} bad line reported`,
    report.imported === 2 && refusedLines.join() === '4',
    report,
  );

  const lookup = await step('the hospital finds the espace by INS', 200, 'POST', '/v1/espaces/lookup', {
    token: hospital,
    body: { ins: DOMINIQUE.nir },
  });
  const espace = `/v1/espaces/${lookup.body.id}`;
  const reportDeposit = await step(
    'and deposits a report before she has activated',
    201,
    'POST',
    `${espace}/documents`,
    {
      token: hospital,
      file: 'compte-rendu.pdf',
      body: { title: 'Compte rendu d’hospitalisation', type: '34112-3', date: '2026-11-02', patientInformed: true },
    },
  );
  const hospitalReport = reportDeposit.body.id;

  const opposing = await identify(GERARD, await codeFrom('invitation', /place du Test/));
  await step('Gérard opposes', 201, 'POST', '/v1/enrolment/opposition', { token: opposing, body: {} });
  const proof = await step('and has his proof', 200, 'GET', '/v1/enrolment/opposition/proof', { token: opposing });
  check('which is a PDF', proof.body.subarray(0, 5).toString() === '%PDF-', proof.headers.get('Content-Type'));
  await step('nobody can feed his espace', [403, 'espace-not-open'], 'POST', '/v1/espaces/lookup', {
    token: hospital,
    body: { ins: GERARD.nir },
  });

  await step('a wrong code is refused', 401, 'POST', '/v1/enrolment/verifications', {
    body: { code: 'AAAAbbbb2222', nir: DOMINIQUE.nir, vitaleSerial: DOMINIQUE.vitaleSerial },
  });
  const enrolling = await identify(DOMINIQUE, await codeFrom('invitation', /dominique/));
  await step('her contacts are confirmed', 200, 'PUT', '/v1/enrolment/contacts', {
    token: enrolling,
    body: { email: 'dominique.essai@exemple.fr' },
  });
  await step('a weak password is refused', 409, 'POST', '/v1/enrolment/activation', {
    token: enrolling,
    body: { termsVersion: '2026-01', privacyVersion: '2026-01', login: LOGIN, password: 'Dominique1!' },
  });
  await step('Dominique activates', 201, 'POST', '/v1/enrolment/activation', {
    token: enrolling,
    body: { termsVersion: '2026-01', privacyVersion: '2026-01', login: LOGIN, password: PASSWORD },
  });
  const challenge = await step('signs in', 202, 'POST', '/v1/sessions', {
    body: { login: LOGIN, password: PASSWORD, channel: 'SMS' },
  });
  check(`the code went to ${challenge.body.sentTo}`, /^\*+02858$/.test(challenge.body.sentTo), challenge.body);
  const session = await step('with the one-time code', 201, 'POST', `/v1/sessions/${challenge.body.challengeId}`, {
    body: { code: await codeFrom('sign-in-code') },
  });
  const her = session.body.accessToken;
  await step('and sees who she is', 200, 'GET', '/v1/me', { token: her });

  chapter('2. Documents');
  const list = await step('the report is there', 200, 'GET', `${espace}/documents`, { token: her });
  check('one document', list.body.items.length === 1 && list.body.items[0].id === hospitalReport, list.body.items);
  const deposited: Record<string, string> = {};
  for (const [file, title, type] of [
    ['photo-ordonnance.jpg', 'Ordonnance', 'DOCPAT02'],
    ['courbe-tension.png', 'Courbe de tension', 'DOCPAT03'],
    ['lettre-scannee.tiff', 'Lettre scannée', 'DOCPAT03'],
    ['courrier-specialiste.rtf', 'Courrier du spécialiste', 'DOCPAT03'],
    ['notes-de-suivi.txt', 'Notes de suivi', 'DOCPAT03'],
  ] as const)
    deposited[file] = (
      await step(`she deposits ${file}`, 201, 'POST', `${espace}/documents`, {
        token: her,
        file,
        body: { title, type },
      })
    ).body.id;
  const notes = `${espace}/documents/${deposited['notes-de-suivi.txt']}`;
  const notesNow = await step('she looks at her notes', 200, 'GET', notes, { token: her });
  await step('masking needs the version', 428, 'PUT', `${notes}/visibility`, {
    token: her,
    body: { maskedFromProfessionals: true },
  });
  await step('she masks them', 200, 'PUT', `${notes}/visibility`, {
    token: her,
    body: { maskedFromProfessionals: true },
    headers: { 'If-Match': notesNow.headers.get('ETag') ?? '' },
  });

  chapter('3. Consent');
  const access = `${espace}/access`;
  await step('her practitioner, not yet authorised', [403, 'not-authorised'], 'GET', `${espace}/documents`, {
    token: gp,
  });
  await step('she authorises him', 200, 'PUT', `${access}/authorisations/${rppsOf['general-practitioner']}`, {
    token: her,
    body: {},
  });
  await step('declares him attending doctor', 200, 'PUT', `${access}/attending-doctor`, {
    token: her,
    body: { professional: rppsOf['general-practitioner'] },
  });
  await step('blocks the cardiologist', 200, 'PUT', `${access}/blocked/${rppsOf.cardiologist}`, {
    token: her,
    body: {},
  });
  await step('authorises the pharmacist', 200, 'PUT', `${access}/authorisations/${rppsOf.pharmacist}`, {
    token: her,
    body: {},
  });
  await step('names the nurse administrator', 200, 'PUT', `${access}/administrators/${rppsOf.nurse}`, {
    token: her,
    body: {},
  });
  await step('masked documents in emergencies need an emergency', 409, 'PUT', `${access}/emergency`, {
    token: her,
    body: { callCentre: false, breakGlass: false, masked: true },
  });
  await step('she sets the emergency switches', 200, 'PUT', `${access}/emergency`, {
    token: her,
    body: { callCentre: true, breakGlass: true, masked: false },
  });

  chapter('4. Who reads');
  const hisList = await step('the practitioner reads the list', 200, 'GET', `${espace}/documents`, { token: gp });
  check(
    'the masked notes are in it: he is the attending doctor',
    hisList.body.items.some((item: Wire) => notes.endsWith(item.id)),
    hisList.body.items.length,
  );
  await step('and the report', 200, 'GET', `${espace}/documents/${hospitalReport}/content`, { token: gp });
  await step('and the masked notes', 200, 'GET', `${notes}/content`, { token: gp });
  await step(
    'the blocked cardiologist does not',
    [403, 'not-authorised'],
    'GET',
    `${espace}/documents/${hospitalReport}/content`,
    { token: cardiologist },
  );
  await step('but may deposit', 201, 'POST', `${espace}/documents`, {
    token: cardiologist,
    file: 'courrier-specialiste.rtf',
    body: { title: 'Courrier du cardiologue', type: '96349-6', patientInformed: true },
  });
  const identityCopy = (
    await step('she deposits a copy of her identity card', 201, 'POST', `${espace}/documents`, {
      token: her,
      file: 'photo-ordonnance.jpg',
      body: { title: 'Carte d’identité', type: 'PIECE-IDENTITE' },
    })
  ).body.id;
  await step(
    'which the matrix keeps from the pharmacist',
    [403, 'matrix-refuses'],
    'GET',
    `${espace}/documents/${identityCopy}/content`,
    { token: pharmacist },
  );
  await step(
    'who reads the prescription',
    200,
    'GET',
    `${espace}/documents/${deposited['photo-ordonnance.jpg']}/content`,
    { token: pharmacist },
  );
  await step('for whom masked notes do not exist', 404, 'GET', `${notes}/content`, { token: pharmacist });
  await step('breaking the glass needs a reason', 400, 'GET', `${espace}/documents`, {
    token: emergency,
    headers: { 'Purpose-Of-Use': 'BTG' },
  });
  const glass = { token: emergency, headers: { 'Purpose-Of-Use': 'BTG', 'Purpose-Reason': 'patiente inconsciente' } };
  await step(
    'the emergency doctor breaks the glass',
    200,
    'GET',
    `${espace}/documents/${hospitalReport}/content`,
    glass,
  );
  await step('she switches that off', 200, 'PUT', `${access}/emergency`, {
    token: her,
    body: { callCentre: true, breakGlass: false, masked: false },
  });
  await step(
    'the glass holds',
    [403, 'emergency-refused'],
    'GET',
    `${espace}/documents/${hospitalReport}/content`,
    glass,
  );
  await step('the insurer gets nothing', [403, 'excluded-actor'], 'GET', `${espace}/documents`, { token: insurer });

  chapter('5. The journal');
  const journal = await step('she reads her journal', 200, 'GET', `${espace}/journal?limit=200`, { token: her });
  const entries: Wire[] = journal.body.items;
  say(
    table(
      ['instant', 'who', 'organisation', 'purpose', 'what', 'verdict', 'rule', 'legal basis'],
      entries
        .toReversed()
        .map(entry => [
          entry.at.slice(11, 19),
          entry.actor.name ?? entry.actor.kind,
          entry.actor.organisationName ?? '',
          entry.purpose ?? '',
          `${entry.action ?? entry.kind}${entry.document?.title ? ` « ${entry.document.title} »` : ''}`,
          entry.verdict ?? '',
          entry.rule ?? '',
          entry.legalBasis ?? '',
        ]),
      34,
    ),
  );
  for (const [rule, verdict] of [
    ['authorised', 'PERMIT'],
    ['blocked', 'DENY'],
    ['matrix-refuses', 'DENY'],
    ['masked', 'DENY'],
    ['break-glass', 'PERMIT'],
    ['emergency-refused', 'DENY'],
    ['excluded-actor', 'DENY'],
    ['not-authorised', 'DENY'],
    ['depositor', 'PERMIT'],
  ] as const)
    check(
      `it holds ${rule}, ${verdict}`,
      entries.some(entry => entry.rule === rule && entry.verdict === verdict && entry.legalBasis),
      'absent',
    );
  const notices = (await request('GET', '/dev/outbox')).body.items.filter(
    (item: Wire) => item.kind === 'access:break-glass',
  );
  check(
    'the emergency has its two notices',
    notices
      .map((item: Wire) => item.channel)
      .sort()
      .join() === 'EMAIL,MSSANTE',
    notices,
  );

  chapter('6. Closing and reopening');
  await step('closing needs the right password', 403, 'POST', `${espace}/closure`, {
    token: her,
    body: { password: 'Autre-Chose9!', erase: false },
  });
  await step('she closes', 200, 'POST', `${espace}/closure`, {
    token: her,
    body: { password: PASSWORD, erase: false },
  });
  await step('the practitioner reads no more', [403, 'espace-not-open'], 'GET', `${espace}/documents`, { token: gp });
  await step('not even in an emergency', [403, 'espace-not-open'], 'GET', `${espace}/documents`, glass);
  await step('nobody feeds it', [403, 'espace-not-open'], 'POST', `${espace}/documents`, {
    token: hospital,
    file: 'notes-de-suivi.txt',
    body: { title: 'Suite', type: '34112-3', patientInformed: true },
  });
  await step('nor does she read', [403, 'espace-not-open'], 'GET', `${espace}/documents`, { token: her });
  await step('she reopens', 200, 'POST', `${espace}/reopening`, { token: her, body: {} });
  const back = await step('her documents are back', 200, 'GET', `${espace}/documents`, { token: her });
  check(
    'all eight of them, the notes still masked',
    back.body.items.length === 8 && back.body.items.some((item: Wire) => item.visibility.maskedFromProfessionals),
    back.body.items.length,
  );
  const after = await step('the block is back', 200, 'GET', access, { token: her });
  check(
    'authorisations are not',
    after.body.authorisations.length === 0 && after.body.blocked.length === 1,
    after.body,
  );
  await step('so the practitioner is not authorised', [403, 'not-authorised'], 'GET', `${espace}/documents`, {
    token: gp,
  });

  chapter('7. The auditor');
  const audited = await auditReplay(
    { store: parts.get(TOKENS.store), records: parts.get(TOKENS.records), random: systemRandom },
    lookup.body.id,
    'demo',
    null,
  );
  say(audited?.text ?? '');
  check(
    `${audited?.checked} decisions taken again, none differs`,
    (audited?.checked ?? 0) > 20 && audited?.differing === 0,
    audited?.differing,
  );

  say(unexpected === 0 ? '\nEvery step answered as expected.' : `\n${unexpected} steps did not answer as expected.`);
} finally {
  await application.stop();
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = unexpected === 0 ? 0 : 1;
