import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { COLUMNS } from '../../src/application/import/insured-line.ts';
import type { HttpClient, Wire } from '../support/http-client.ts';
import { type Insured, PASSWORD, TERMS } from '../support/server.ts';
import type { Ended, Program } from './program.ts';

/** What a person and those who care for them do with a program that runs on its own. */

export const importFile = async (
  program: Program,
  env: Readonly<Record<string, string>>,
  folder: string,
  persons: readonly Insured[],
): Promise<Ended> => {
  const file = join(folder, 'insured.csv');
  const lines = persons.map(person => COLUMNS.map(column => `"${person[column] ?? ''}"`).join(','));
  await writeFile(file, `${[COLUMNS.join(','), ...lines].join('\n')}\n`);
  return program.run('import-insured', [file], env);
};

/** The code in the newest message of this kind that was sent to one of these. */
const codeSentTo = async (http: HttpClient, kind: string, to: readonly string[]): Promise<string> => {
  const { items } = (await http.get('/dev/outbox')).body;
  const message = items.find((one: Wire) => one.kind === kind && to.includes(one.to));
  return /: ([A-Za-z0-9]{6,12})(?:\.|$)/.exec(message?.body ?? '')?.[1] ?? '';
};

export type Member = { readonly person: Insured; readonly login: string; readonly id: string; readonly espace: string };

/** An invitation accepted. `codes` hears every code that was used. */
export const activate = async (
  http: HttpClient,
  person: Insured,
  login: string,
  codes: string[] = [],
): Promise<Member> => {
  const { nir, vitaleSerial, email } = person;
  const code = await codeSentTo(http, 'invitation', [email]);
  codes.push(code);
  const verified = await http.post('/v1/enrolment/verifications', { body: { code, nir, vitaleSerial } });
  const token = verified.body.enrolmentToken;
  const { status, body } = await http.post('/v1/enrolment/activation', {
    token,
    body: { ...TERMS, login, password: PASSWORD },
  });
  if (status !== 201) throw new Error(`not activated: ${body.code}`);
  return { person, login, id: body.espace, espace: `/v1/espaces/${body.espace}` };
};

/** Tokens of a new session. */
export const signIn = async (http: HttpClient, { person, login }: Member, codes: string[] = []): Promise<Wire> => {
  const started = await http.post('/v1/sessions', { body: { login, password: PASSWORD, channel: 'SMS' } });
  const code = await codeSentTo(http, 'sign-in-code', [person.mobile]);
  codes.push(code);
  return (await http.post(`/v1/sessions/${started.body.challengeId}`, { body: { code } })).body;
};

export const tokenOf = async (http: HttpClient, professional: string): Promise<string> =>
  (await http.post('/dev/tokens', { body: { professional } })).body.accessToken;
