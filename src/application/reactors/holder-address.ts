import type { PersonId } from '../../domain/shared/actor.ts';
import type { Channel } from '../../ports/messenger.ts';
import type { IdentityStreams } from '../enrolment/streams.ts';

/** Where a person is written to: by e-mail where there is an address, else by SMS, else by post; null: there is no way. */
export const holderAddress = async (
  streams: Pick<IdentityStreams, 'enrolments' | 'accounts'>,
  personId: PersonId,
): Promise<{ readonly channel: Channel; readonly to: string | null }> => {
  const { state: account } = await streams.accounts.load(personId);
  const { state: enrolment } = await streams.enrolments.load(personId);
  const { email, mobile } = account.credentials ? account.contacts : enrolment.contacts.current;
  if (email !== null) return { channel: 'EMAIL', to: email };
  if (mobile !== null) return { channel: 'SMS', to: mobile };
  return { channel: 'POST', to: enrolment.person?.contacts.postalAddress ?? null };
};
