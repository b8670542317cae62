/** Beside Latin-1, what the standard fonts of PDF (WinAnsi) have of the letters and signs of French and its neighbours. */
const BEYOND_LATIN_1 = 'ŒœŸŠšŽž€‚„…†‡‰‹›‘’“”•–—';

const isPrintable = (char: string): boolean => /^[\x20-\x7e\xa0-\xff]$/.test(char) || BEYOND_LATIN_1.includes(char);

/** The text in what the standard fonts can show: a letter they lack loses its accent, or becomes a question mark. */
export const printableText = (text: string): string =>
  [...text.normalize('NFC')]
    .map(char => {
      if (isPrintable(char)) return char;
      if (/\p{M}/u.test(char)) return '';
      if (/\s/.test(char)) return ' ';
      const base = char.normalize('NFD').charAt(0);
      return isPrintable(base) ? base : '?';
    })
    .join('');
