/** Control characters, halves of characters, and what turns the direction of what follows. */
const UNSEEN = /[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]/gu;
const BREAKS = /[\t\r\n]+/g;

/** Line breaks and tabs may stand in a comment; nothing else that is unseen. */
export const isReadable = (text: string): boolean =>
  text.trim() !== '' && text.replace(BREAKS, '').search(UNSEEN) === -1;

/** On one line, without what is unseen. */
export const readableLine = (text: string): string => text.replace(BREAKS, ' ').replace(UNSEEN, '').trim();
