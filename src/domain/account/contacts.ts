/** Where a code can be sent while the person waits. A letter is for invitations only. */
export const CODE_CHANNELS = ['EMAIL', 'SMS'] as const;
export type CodeChannel = (typeof CODE_CHANNELS)[number];

export type Contacts = {
  /** Address as given. */
  readonly email: string | null;
  /** E.164, e.g. `+33612345678`. */
  readonly mobile: string | null;
};

export const contactOf = (contacts: Contacts, channel: CodeChannel): string | null => {
  switch (channel) {
    case 'EMAIL':
      return contacts.email;
    case 'SMS':
      return contacts.mobile;
  }
};

export const withContact = <C extends Contacts>(contacts: C, channel: CodeChannel, value: string): C => {
  switch (channel) {
    case 'EMAIL':
      return { ...contacts, email: value };
    case 'SMS':
      return { ...contacts, mobile: value };
  }
};

/** RFC 5321: a path is at most 254 characters without its brackets, its local part 64. */
const EMAIL_MAX_LENGTH = 254;
const EMAIL = /^[^\s@"<>(),;:\\[\]]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i;

/** The address without surrounding spaces, or null where it is none that mail could be sent to. */
export const emailAddress = (text: string): string | null => {
  const address = text.trim();
  return address.length <= EMAIL_MAX_LENGTH && EMAIL.test(address) ? address : null;
};

const FRENCH_MOBILE = /^0([67]\d{8})$/;
const E164 = /^\+[1-9]\d{7,14}$/;

/** A mobile number in E.164; a national French one (06…, 07…) is taken too. Null for anything else. */
export const mobileNumber = (text: string): string | null => {
  const digits = text.replace(/[\s.()-]/g, '').replace(/^00/, '+');
  const french = FRENCH_MOBILE.exec(digits)?.[1];
  if (french) return `+33${french}`;
  return E164.test(digits) ? digits : null;
};
