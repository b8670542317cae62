import type { Readable } from 'node:stream';

/** A text in UTF-8 line by line, each without its end; null for one of more than `maxLength` characters, which is not kept. */
export async function* linesOf(input: Readable, maxLength: number): AsyncGenerator<string | null> {
  let rest = '';
  let tooLong = false;
  for await (const chunk of input.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) {
      yield tooLong || text.length > maxLength ? null : text.replace(/\r$/, '');
      tooLong = false;
    }
    if (rest.length > maxLength) {
      tooLong = true;
      rest = '';
    }
  }
  if (rest !== '' || tooLong) yield tooLong ? null : rest.replace(/\r$/, '');
}
