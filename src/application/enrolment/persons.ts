import { isMinor } from '../../domain/enrolment/person.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import { isNir, vitaleSerial } from '../../domain/shared/identifiers.ts';
import type { Instant } from '../../domain/shared/time.ts';
import type { KeyedHash } from '../../ports/keyed-hash.ts';
import type { IdentityStreams } from './streams.ts';

/** What the stream of an INS is named by. `value`: NIR or NIA with its key. */
export const insSubject = (hash: KeyedHash, value: string): string => hash.of('ins', value);

/** By what a child's import names a parent: the same; where it is an INS in the clear, its subject. */
export const parentSubject = (hash: KeyedHash, parent: string): string =>
  isNir(parent) ? insSubject(hash, parent) : parent;

export const loginSubject = (hash: KeyedHash, login: string): string => hash.of('login', login);

/** What is kept of the end of an IBAN (five digits or capitals): of this very person, so that equal ends do not look alike. */
export const ibanCheckOf = (hash: KeyedHash, ins: string, last5: string): string => hash.of('iban', `${ins} ${last5}`);

/** Who has this INS, or null. */
export const findPerson = async (
  deps: { readonly streams: Pick<IdentityStreams, 'ins'>; readonly hash: KeyedHash },
  value: string,
): Promise<PersonId | null> => (await deps.streams.ins.load(insSubject(deps.hash, value))).state.owner;

/**
 * Whether this carte Vitale (its number, or the 21 digits printed on a card with a photo) is the person's; a child, who has
 * none, stands on a parent's.
 */
export const isCardOf = async (
  deps: { readonly streams: Pick<IdentityStreams, 'ins' | 'enrolments'>; readonly hash: KeyedHash },
  personId: PersonId,
  shown: string,
  at: Instant,
): Promise<boolean> => {
  const serial = vitaleSerial(shown);
  const personOf = async (id: PersonId) => (await deps.streams.enrolments.load(id)).state.person;
  const person = await personOf(personId);
  if (serial === null || !person) return false;
  if (person.vitaleSerials.includes(serial)) return true;
  if (person.vitaleSerials.length > 0 || !isMinor(person.birthDate, at)) return false;
  for (const one of person.parents) {
    const { owner } = (await deps.streams.ins.load(parentSubject(deps.hash, one))).state;
    const parent = owner === null ? null : await personOf(owner);
    if (parent?.vitaleSerials.includes(serial)) return true;
  }
  return false;
};
