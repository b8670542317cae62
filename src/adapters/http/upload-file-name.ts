/** UTF-16 units. */
const MAX_NAME_LENGTH = 255;
const MAX_EXTENSION_LENGTH = 16;

/** Control characters, line and paragraph separators, and marks that turn the direction of writing to disguise an extension. */
const UNSEEN = /[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** A name to show, from one that a client sent: without folders, without unseen characters, at most 255 units; or null. */
export const safeFileName = (sent: string): string | null => {
  const name = (sent.split(/[/\\]/).at(-1) ?? '').replace(UNSEEN, '').normalize('NFC').trim();
  if (/^\.*$/.test(name)) return null;
  if (name.length <= MAX_NAME_LENGTH) return name;
  const dot = name.lastIndexOf('.');
  const extension = name.length - dot <= MAX_EXTENSION_LENGTH ? name.slice(dot) : '';
  // A letter of two units is not cut in half.
  return name.slice(0, MAX_NAME_LENGTH - extension.length).replace(/[\ud800-\udbff]$/, '') + extension;
};

/** The file name in a `Content-Disposition` header (RFC 6266), `filename*` before `filename`; undefined where there is none. */
export const dispositionFileName = (header: string | undefined): string | undefined => {
  const [, extended] = /;\s*filename\*\s*=\s*utf-8'[^']*'([^\s;]+)/i.exec(header ?? '') ?? [];
  if (extended !== undefined) {
    try {
      return decodeURIComponent(extended);
    } catch {
      // Broken escapes: the plain form may still do.
    }
  }
  const [, quoted, token] = /;\s*filename\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s;"]+))/i.exec(header ?? '') ?? [];
  const plain = quoted?.replace(/\\(.)/g, '$1') ?? token;
  return plain === undefined ? undefined : utf8OrLatin1(plain);
};

/** Node gives header bytes as Latin-1; most clients send UTF-8. */
const utf8OrLatin1 = (text: string): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'latin1'));
  } catch {
    return text;
  }
};
