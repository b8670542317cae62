import type { Contacts } from '../account/contacts.ts';
import type { Identity } from '../espace/espace.ts';
import { majorityOf } from '../shared/majority.ts';
import type { CalendarDate, Instant } from '../shared/time.ts';

/** What the health insurance tells us of one insured person. */
export type Person = Identity & {
  /** INSEE code of the commune or country of birth, 5 characters. */
  readonly birthPlace: string | null;
  /** Serial numbers of the cartes Vitale in use; a child has none. */
  readonly vitaleSerials: readonly string[];
  readonly contacts: Contacts & { readonly postalAddress: string | null };
  /** Keyed hashes of the parents' INS, where they are known: a parent may be erased, and no key of theirs seals this. */
  readonly parents: readonly string[];
};

/** Under 18 on the (UTC) day of `at`. */
export const isMinor = (birthDate: CalendarDate, at: Instant): boolean => at < majorityOf(birthDate);

/**
 * How the invitation reaches the person: by e-mail, else by post (R.1111-28); null where there is neither, or where it
 * goes to the parents, who decide for their child. `email`: the one in use, which may be another than the fund's.
 */
export const invitationChannel = (person: Person, email: string | null, at: Instant): 'EMAIL' | 'POST' | null => {
  if (person.parents.length > 0 && isMinor(person.birthDate, at)) return null;
  if (email !== null) return 'EMAIL';
  return person.contacts.postalAddress === null ? null : 'POST';
};
