import type { Contacts } from '../../domain/account/contacts.ts';
import type { PersonId } from '../../domain/shared/actor.ts';
import type { IdentityStreams } from '../enrolment/streams.ts';

export type KnownContacts = Contacts & { readonly postalAddress: string | null };

/** Where somebody can be reached now: by the contacts of their account, else by those known to the fund. Whole. */
export const knownContacts = async (
  streams: Pick<IdentityStreams, 'accounts' | 'enrolments'>,
  person: PersonId,
): Promise<KnownContacts> => {
  const { state: account } = await streams.accounts.load(person);
  const { state: enrolment } = await streams.enrolments.load(person);
  const { email, mobile } = account.credentials ? account.contacts : enrolment.contacts.current;
  return { email, mobile, postalAddress: enrolment.person?.contacts.postalAddress ?? null };
};
