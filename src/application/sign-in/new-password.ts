import type { AccountState } from '../../domain/account/account.ts';
import { type PasswordObjection, usedHashes } from '../../domain/account/credentials.ts';
import { passwordFlaws } from '../../domain/account/password-rules.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import type { PasswordHasher } from '../../ports/password-hasher.ts';
import type { IdentityStreams } from '../enrolment/streams.ts';

export type NewPasswordDeps = {
  readonly streams: Pick<IdentityStreams, 'enrolments'>;
  readonly passwords: PasswordHasher;
};

export type PreparedPassword = {
  readonly ok: true;
  readonly passwordHash: string;
  /** Why it cannot be the password of the account in this state. */
  readonly objectionIn: (state: AccountState) => PasswordObjection | null;
};

/**
 * All the slow work on a password that somebody wants, before anything is decided: it is held against the person, and
 * against every password that `state` remembers. What has a flaw is not hashed.
 */
export const preparePassword = async (
  deps: NewPasswordDeps,
  personId: PersonId,
  state: AccountState,
  password: string,
): Promise<PreparedPassword | { readonly ok: false; readonly refusal: 'busy' | 'account-unknown' }> => {
  const { person } = (await deps.streams.enrolments.load(personId)).state;
  if (!person || !state.credentials) return { ok: false, refusal: 'account-unknown' };
  const [flaw] = passwordFlaws(password, {
    names: [person.birthName, person.firstNames],
    birthDate: person.birthDate,
    nir: person.ins.value,
    login: state.credentials.login,
    ...state.contacts,
  });
  if (flaw) return { ok: true, passwordHash: '', objectionIn: () => flaw };
  const used = await matching(deps.passwords, password, usedHashes(state.credentials));
  if (!used.ok) return used;
  const hashed = await deps.passwords.hash(password);
  if (!hashed.ok) return hashed;
  const isUsed = (hash: string): boolean => used.value.has(hash);
  return {
    ok: true,
    passwordHash: hashed.value,
    objectionIn: ({ credentials }) => (credentials && usedHashes(credentials).some(isUsed) ? 'password-reused' : null),
  };
};

/** Those of `hashes` that `password` gave. */
export const matching = async (
  passwords: PasswordHasher,
  password: string,
  hashes: readonly string[],
): Promise<
  { readonly ok: true; readonly value: ReadonlySet<string> } | { readonly ok: false; readonly refusal: 'busy' }
> => {
  const found = new Set<string>();
  for (const hash of hashes) {
    const checked = await passwords.verify(password, hash);
    if (!checked.ok) return checked;
    if (checked.value) found.add(hash);
  }
  return { ok: true, value: found };
};
