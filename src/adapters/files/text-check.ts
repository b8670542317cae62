const TAB = 0x09;
const LINE_FEED = 0x0a;
const FORM_FEED = 0x0c;
const CARRIAGE_RETURN = 0x0d;
const DELETE = 0x7f;
const FIRST_PRINTABLE = 0x20;

const isControl = (byte: number): boolean =>
  (byte < FIRST_PRINTABLE && byte !== TAB && byte !== LINE_FEED && byte !== FORM_FEED && byte !== CARRIAGE_RETURN) ||
  byte === DELETE;

/** Stand for nothing in Windows-1252. */
const UNDEFINED_IN_LATIN = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);

/** Per byte: 0 text in Latin-1, 1 undefined in Latin-1 (it may be a part of UTF-8), 2 never text. */
const KINDS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (isControl(byte)) return 2;
  return UNDEFINED_IN_LATIN.has(byte) ? 1 : 0;
});

/** Each answers whether all that was added can still be text. */
export interface TextCheck {
  add(piece: Uint8Array): boolean;
  end(): boolean;
}

/**
 * Plain text is UTF-8, or Latin-1 as the web reads it (Windows-1252: French texts have their œ and ’ there), without
 * control characters but tab, line feed, form feed and carriage return. So no NUL, and no UTF-16.
 */
export const createTextCheck = (): TextCheck => {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let controls = false;
  let utf8 = true;
  let latin = true;

  const isText = (): boolean => !controls && (utf8 || latin);

  const decode = (piece?: Uint8Array): void => {
    if (!utf8) return;
    try {
      decoder.decode(piece, { stream: piece !== undefined });
    } catch {
      utf8 = false;
    }
  };

  return {
    add: piece => {
      for (const byte of piece) {
        const kind = KINDS[byte];
        if (kind === 1) latin = false;
        else if (kind === 2) controls = true;
      }
      decode(piece);
      return isText();
    },
    end: () => {
      decode();
      return isText();
    },
  };
};
