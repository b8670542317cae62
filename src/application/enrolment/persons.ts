import type { PersonId } from '../../domain/shared/actor.ts';
import type { KeyedHash } from '../../ports/keyed-hash.ts';
import type { IdentityStreams } from './streams.ts';

/** What the stream of an INS is named by. `value`: NIR or NIA with its key. */
export const insSubject = (hash: KeyedHash, value: string): string => hash.of('ins', value);

export const loginSubject = (hash: KeyedHash, login: string): string => hash.of('login', login);

/** What is kept of the end of an IBAN (five digits): of this very person, so that equal ends do not look alike. */
export const ibanCheckOf = (hash: KeyedHash, ins: string, last5: string): string => hash.of('iban', `${ins} ${last5}`);

/** Who has this INS, or null. */
export const findPerson = async (
  deps: { readonly streams: Pick<IdentityStreams, 'ins'>; readonly hash: KeyedHash },
  value: string,
): Promise<PersonId | null> => (await deps.streams.ins.load(insSubject(deps.hash, value))).state.owner;
