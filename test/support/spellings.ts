/** As it might be written: as text, as JSON escapes, as UTF-16, hexadecimal, or base64 wherever it begins. */
export const spellings = (text: string): Buffer[] => {
  const bytes = Buffer.from(text);
  const base64 = [0, 1, 2].map(shift => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replaceAll('=', '');
    // What neighbours change is left out.
    return encoded.slice(shift === 0 ? 0 : shift + 1, -1);
  });
  const escaped = JSON.stringify(text).slice(1, -1);
  const ascii = escaped.replace(/[^\x20-\x7e]/g, sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return [
    bytes,
    Buffer.from(text, 'latin1'),
    Buffer.from(text, 'utf16le'),
    Buffer.from(bytes.toString('hex')),
    Buffer.from(encodeURIComponent(text)),
    Buffer.from(escaped),
    Buffer.from(ascii),
    ...base64.flatMap(one => [Buffer.from(one), Buffer.from(one.replaceAll('+', '-').replaceAll('/', '_'))]),
  ];
};
