import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createApp, type HttpDeps } from '../../src/adapters/http/app.ts';
import { openApiDocument } from '../../src/adapters/http/openapi/document.ts';
import { systemRandom } from '../../src/adapters/identity/system-random.ts';
import { TEST_PROFESSIONALS } from '../../src/adapters/identity/test-professionals.ts';
import { type ImportReport, importInsured } from '../../src/application/import/import-insured.ts';
import type { Column } from '../../src/application/import/insured-line.ts';
import { type Application, startApplication } from '../../src/application.ts';
import { TOKENS } from '../../src/composition-root.ts';
import { readConfig } from '../../src/config.ts';
import type { RecordedEvent } from '../../src/ports/event-store.ts';
import { type AnswerChecker, createAnswerChecker } from './answer-checker.ts';
import { checkedFetch } from './api-client.ts';
import { createHttpClient, type Reply, type Sent, type Wire } from './http-client.ts';
import { testNir } from './identities.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Somebody who does not exist, as the file of insured persons has them. */
export type Insured = Readonly<Record<'nir' | 'vitaleSerial' | 'birthDate' | 'email' | 'mobile', string>> &
  Partial<Record<Column, string>>;

export type SignedInHolder = {
  readonly person: Insured;
  /** Id of the person and of the espace. */
  readonly id: string;
  /** `/v1/espaces/<id>` */
  readonly espace: string;
  readonly login: string;
  readonly password: string;
  readonly token: string;
  readonly refreshToken: string;
};

export const PASSWORD = 'Vert-Tilleul42!';
export const TERMS = { termsVersion: '2026-01', privacyVersion: '2026-01' };

/** The person of this number: no two share a NIR, a card, an address or a number. */
export const insured = (order: number, changes: Partial<Record<Column, string>> = {}): Insured => ({
  nir: testNir(order),
  birthName: 'PAT-TROIS',
  firstNames: 'Dominique',
  birthDate: '1953-07-14',
  sex: 'F',
  vitaleSerial: String(70_000_000_000 + order),
  email: `essai-${order}@exemple.fr`,
  mobile: `+336990${String(order).padStart(5, '0')}`,
  postalAddress: `${order} rue des Essais, 51100 Reims`,
  ...changes,
});

export type TestServer = Awaited<ReturnType<typeof startServer>>;

/**
 * An application of its own on a free port, with an empty folder (or `folder`, to start again on what is there), which
 * every test of a file may share: people are told apart by number. Stop it in the end.
 */
export const startServer = async (env: Readonly<Record<string, string>> = {}, folder?: string) => {
  const temporary = folder === undefined ? await temporaryFolder() : { path: folder, remove: async () => {} };
  const application: Application = await startApplication(
    readConfig({
      NODE_ENV: 'test',
      DATA_FOLDER: temporary.path,
      PORT: '0',
      LOG_LEVEL: 'silent',
      ANONYMOUS_REQUESTS_PER_MINUTE: '1000000',
      ...env,
    }),
  );
  const http = createHttpClient(application.url, checkedFetch(await checkerOf(application)));
  const store = application.parts.get(TOKENS.store);

  /** A token of the test professional of this key, e.g. `general-practitioner`. */
  const tokenOf = async (professional: string, expiresIn?: number): Promise<string> =>
    (await http.post('/dev/tokens', { body: { professional, ...(expiresIn === undefined ? {} : { expiresIn }) } })).body
      .accessToken;

  /** A token of one of the test staff, e.g. `support-1`, `fund-1`. */
  const staffTokenOf = async (staff: string): Promise<string> =>
    (await http.post('/dev/tokens', { body: { staff } })).body.accessToken;

  const importPersons = (persons: readonly Partial<Record<Column, string>>[], invite = true): Promise<ImportReport> =>
    importInsured(
      { ...application.parts.get(TOKENS.identity), random: systemRandom },
      (async function* () {
        for (const [index, cells] of persons.entries()) yield { line: index + 2, cells };
      })(),
      {
        production: false,
        invite,
        onRefused: (line, reasons) => {
          throw new Error(`line ${line} refused: ${reasons.join(', ')}`);
        },
      },
    );

  /** Messages to this address or number, newest first. */
  const messagesTo = async (...to: readonly string[]): Promise<Wire[]> =>
    (await http.get('/dev/outbox')).body.items.filter((message: Wire) => to.includes(message.to));

  /** The code in the newest message of this kind to this person. */
  const codeFor = async (person: Insured, kind: string): Promise<string> => {
    const messages = await messagesTo(person.email, person.mobile, person.postalAddress ?? '');
    const body = messages.find(message => message.kind === kind)?.body ?? '';
    return /: ([A-Za-z0-9]{6,12})(?:\.|$)/.exec(body)?.[1] ?? '';
  };

  /** Imported, invited and identified: the token to activate or oppose with. */
  const enrol = async (person: Insured): Promise<string> => {
    await importPersons([person]);
    const { nir, vitaleSerial } = person;
    const code = await codeFor(person, 'invitation');
    return (await http.post('/v1/enrolment/verifications', { body: { code, nir, vitaleSerial } })).body.enrolmentToken;
  };

  const signIn = async (person: Insured, login: string, password = PASSWORD): Promise<Wire> => {
    const started = await http.post('/v1/sessions', { body: { login, password, channel: 'SMS' } });
    const code = await codeFor(person, 'sign-in-code');
    return (await http.post(`/v1/sessions/${started.body.challengeId}`, { body: { code } })).body;
  };

  /** Somebody whose espace is activated and who is signed in. */
  const holder = async (order: number, changes: Partial<Record<Column, string>> = {}): Promise<SignedInHolder> => {
    const person = insured(order, changes);
    const login = `essai.${String(order).padStart(4, '0')}`;
    const token = await enrol(person);
    const activated = await http.post('/v1/enrolment/activation', {
      token,
      body: { ...TERMS, login, password: PASSWORD },
    });
    if (activated.status !== 201) throw new Error(`not activated: ${activated.body.code}`);
    const session = await signIn(person, login);
    return {
      person,
      id: activated.body.espace,
      espace: `/v1/espaces/${activated.body.espace}`,
      login,
      password: PASSWORD,
      token: session.accessToken,
      refreshToken: session.refreshToken,
    };
  };

  /** Everything in the log, in order: `espace DocumentMasked`, `espace AccessDenied blocked`, … */
  const everyEvent = async (): Promise<readonly RecordedEvent[]> => {
    const abort = new AbortController();
    const events: RecordedEvent[] = [];
    for await (const delivery of store.subscribe({ after: null, signal: abort.signal })) {
      if (delivery.kind === 'caught-up') break;
      if (delivery.kind === 'event') events.push(delivery.event);
    }
    abort.abort();
    return events;
  };

  /** Names of the files of contents, those being received included, once those of deleted documents are gone. */
  const storedContents = async (): Promise<readonly string[]> => {
    await application.parts.get(TOKENS.contentKeeper).settled();
    const entries = await readdir(join(temporary.path, 'contents'), { recursive: true, withFileTypes: true });
    return entries
      .filter(entry => entry.isFile())
      .map(entry => entry.name)
      .sort();
  };

  return {
    url: application.url,
    folder: temporary.path,
    application,
    http,
    store,
    tokenOf,
    staffTokenOf,
    importPersons,
    messagesTo,
    codeFor,
    enrol,
    signIn,
    holder,
    everyEvent,
    storedContents,

    /** Deposits `bytes` under `name` with its description; a professional declares that the patient was told. */
    deposit: (
      token: string,
      espace: string,
      metadata: object,
      file: TestFile = NOTES,
      sent: Sent = {},
    ): Promise<Reply> => http.post(`${espace}/documents`, { ...sent, token, raw: formOf(metadata, file) }),

    /** What an action leaves behind: the events it added and the contents it added or took away. */
    async effectOf<T>(action: () => Promise<T>) {
      const eventsBefore = await everyEvent();
      const contentsBefore = await storedContents();
      const result = await action();
      const contentsAfter = await storedContents();
      return {
        result,
        events: (await everyEvent()).slice(eventsBefore.length).map(labelOf),
        contentsAdded: contentsAfter.filter(name => !contentsBefore.includes(name)).length,
        contentsRemoved: contentsBefore.filter(name => !contentsAfter.includes(name)).length,
      };
    },

    /** Moves the clock of the server; what is due by then has been done when it resolves. */
    advance: async (seconds: number): Promise<void> => {
      const moved = await http.post('/dev/clock', { body: { seconds } });
      if (moved.status !== 200) throw new Error('the clock did not move');
    },

    async stop(): Promise<void> {
      await application.stop();
      await temporary.remove();
    },
  };
};

/** Another front on the parts of a running server, for what only a front of one's own shows. */
export const startFront = async ({ application }: TestServer, changes: Partial<HttpDeps>) => {
  const front = createServer(createApp({ ...(await application.parts.http()), ...changes }).callback());
  await new Promise<void>(resolve => front.listen(0, '127.0.0.1', resolve));
  return {
    http: createHttpClient(`http://127.0.0.1:${(front.address() as AddressInfo).port}`),
    stop(): void {
      front.closeAllConnections();
      front.close();
    },
  };
};

let checker: AnswerChecker | undefined;
/** Every answer is held against the document of the API, which is the same for every server of a test file. */
const checkerOf = async (application: Application): Promise<AnswerChecker> => {
  checker ??= createAnswerChecker(openApiDocument((await application.parts.http()).routes));
  return checker;
};

/** Nothing was added, nothing taken away. */
export const NO_EFFECT = { events: [], contentsAdded: 0, contentsRemoved: 0 };

const labelOf = ({ stream, type, data }: RecordedEvent): string => {
  const kind = stream.slice(0, stream.indexOf('-'));
  return 'rule' in data ? `${kind} ${type} ${data.rule}` : `${kind} ${type}`;
};

export const rppsOf = (key: string): string => TEST_PROFESSIONALS.find(each => each.key === key)?.rpps ?? '';

export type TestFile = { readonly name: string; readonly type: string; readonly bytes: Uint8Array<ArrayBuffer> };

export const textFile = (text: string, name = 'notes.txt'): TestFile => ({
  name,
  type: 'text/plain',
  bytes: Uint8Array.from(Buffer.from(text)),
});

export const NOTES: TestFile = textFile('Tension 12/8, tout va bien.');

/** A file of `test/fixtures`. */
export const fixture = async (name: string, type: string): Promise<TestFile> => ({
  name,
  type,
  bytes: Uint8Array.from(await readFile(join('test/fixtures', name))),
});

export const formOf = (metadata: object, { name, type, bytes }: TestFile): FormData => {
  const form = new FormData();
  form.set('metadata', JSON.stringify(metadata));
  form.set('file', new File([bytes], name, { type }));
  return form;
};

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Second, in which the server counts. */
export const MINUTE = 60;
export const DAY = 86_400;
