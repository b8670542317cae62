import type { CodeChannel, Contacts } from '../../domain/account/contacts.ts';
import { maskEmail, maskPhone } from '../../domain/shared/identifiers.ts';

/** As much of a contact as tells its owner which one it is. */
export const maskedContact = (channel: CodeChannel, value: string): string =>
  channel === 'EMAIL' ? maskEmail(value) : maskPhone(value);

export const maskedContacts = ({ email, mobile }: Contacts) => ({
  email: email === null ? null : maskedContact('EMAIL', email),
  mobile: mobile === null ? null : maskedContact('SMS', mobile),
});
