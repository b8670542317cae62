/*
 * Mutants that these tests catch: extension, declared type or bytes not compared; case or parameters counted; the text
 * check left out, of its first piece, its last or its end; NUL or the five undefined bytes let through; UTF-8 decoded
 * piece by piece; a text refused for beginning like a bitmap, or taken though it is RTF; xml taken from persons; the CDA
 * namespace, root or prefix not compared, a DOCTYPE let through; the sample dependent on the pieces; the fallback for a
 * TIFF left out or applied to short files; an empty file called a mismatch; the source left open after a refusal.
 */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { createEicarScanner } from '../../src/adapters/files/eicar-scanner.ts';
import { createFileInspector } from '../../src/adapters/files/file-inspector.ts';
import { createMemoryContentStore } from '../../src/adapters/memory/memory-content-store.ts';
import { createMemoryKeyVault } from '../../src/adapters/memory/memory-key-vault.ts';
import { FileRefusedError, MAX_DOCUMENT_BYTES } from '../../src/ports/file-inspector.ts';
import { collect, countedBytes, inPieces } from '../support/bytes.ts';

const inspector = createFileInspector({ scanner: createEicarScanner() });

type Sender = 'person' | 'professional';

/** The media type, once every byte was given out; the refusal where it was refused at any point. */
const outcome = async (name: string, declaredType: string, bytes: Buffer, sender: Sender = 'person', piece = 1_000) => {
  try {
    const inspected = await inspector.inspect({ name, declaredType, bytes: inPieces(bytes, piece) }, sender);
    expect((await collect(inspected.bytes)).equals(bytes)).toBe(true);
    return inspected.mediaType;
  } catch (error) {
    if (!(error instanceof FileRefusedError)) throw error;
    return error.refusal;
  }
};

const fixture = (name: string): Promise<Buffer> => readFile(new URL(`../fixtures/${name}`, import.meta.url));

const FORMATS = [
  { file: 'compte-rendu.pdf', extensions: ['pdf'], types: ['application/pdf'], stored: 'application/pdf' },
  {
    file: 'photo-ordonnance.jpg',
    extensions: ['jpg', 'jpeg'],
    types: ['image/jpeg', 'image/jpg'],
    stored: 'image/jpeg',
  },
  { file: 'courbe-tension.png', extensions: ['png'], types: ['image/png'], stored: 'image/png' },
  { file: 'lettre-scannee.tiff', extensions: ['tiff', 'tif'], types: ['image/tiff'], stored: 'image/tiff' },
  { file: 'courrier-specialiste.rtf', extensions: ['rtf'], types: ['text/rtf', 'application/rtf'], stored: 'text/rtf' },
  { file: 'notes-de-suivi.txt', extensions: ['txt'], types: ['text/plain'], stored: 'text/plain' },
] as const;

describe('the type of a file', () => {
  it.each(FORMATS)('takes $file under each of its names, whole', async ({ file, extensions, types, stored }) => {
    const bytes = await fixture(file);
    for (const extension of extensions) {
      for (const type of types) {
        for (const piece of [1, 1_000, 4_100, 100_000]) {
          expect(await outcome(`a.${extension}`, type, bytes, 'person', piece)).toBe(stored);
        }
        expect(await outcome(`A.B.${extension.toUpperCase()}`, `${type.toUpperCase()} ; charset=utf-8`, bytes)).toBe(
          stored,
        );
        expect(await outcome(`a.${extension}`, type, bytes, 'professional')).toBe(stored);
      }
    }
  });

  it('tells which types there are', () => {
    const listed = FORMATS.flatMap(format => [...format.types]);
    expect([...inspector.declaredTypes].sort()).toEqual([...listed, 'text/xml', 'application/xml'].sort());
  });

  it('refuses every file that calls itself another', async () => {
    for (const { file, stored } of FORMATS) {
      const bytes = await fixture(file);
      for (const other of FORMATS.filter(format => format.stored !== stored)) {
        const [extension, type] = [other.extensions[0], other.types[0]];
        expect(await outcome(`a.${extension}`, type, bytes), `${file} as ${type}`).toBe('file-type-mismatch');
        expect(await outcome(`a.${extension}`, stored, bytes)).toBe('file-type-mismatch');
        expect(await outcome(file, type, bytes)).toBe('file-type-mismatch');
      }
    }
  });

  it('does not know other extensions or types', async () => {
    const pdf = await fixture('compte-rendu.pdf');
    for (const name of [
      'a',
      'a.',
      'pdf',
      'a.exe',
      'a.pdf.exe',
      'a.html',
      'a.pdf ',
      'a.docx',
      'a.gif',
      'a.svg',
      'a.xml',
      '',
    ]) {
      expect(await outcome(name, 'application/pdf', pdf), name).toBe('file-type-not-allowed');
    }
    for (const type of [
      '',
      ';',
      'application/octet-stream',
      'image/gif',
      'text/html',
      'text/xml',
      'pdf',
      'application/pdfx',
    ]) {
      expect(await outcome('a.pdf', type, pdf), type).toBe('file-type-not-allowed');
    }
    expect(await outcome('a.exe', 'application/pdf', Buffer.alloc(0))).toBe('file-type-not-allowed');
  });

  it('tells an empty file', async () => {
    expect(await outcome('a.pdf', 'application/pdf', Buffer.alloc(0))).toBe('file-empty');
    const nothing = (async function* () {
      for (let n = 0; n < 3; n += 1) yield Buffer.alloc(0);
    })();
    await expect(
      inspector.inspect({ name: 'a.txt', declaredType: 'text/plain', bytes: nothing }, 'person'),
    ).rejects.toThrow('file-empty');
    expect(await outcome('a.txt', 'text/plain', Buffer.from('.'))).toBe('text/plain');
  });

  it('refuses bytes that are no file at all, and other formats under an allowed name', async () => {
    const zip = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), countedBytes(5_000)]);
    const gif = Buffer.concat([Buffer.from('GIF89a', 'latin1'), countedBytes(5_000)]);
    for (const bytes of [
      countedBytes(10),
      countedBytes(5_000),
      zip,
      gif,
      Buffer.from('%PD\0'),
      Buffer.from('\x89PNG\r\n\x1a', 'latin1'),
    ]) {
      for (const { extensions, types } of FORMATS) {
        expect(await outcome(`a.${extensions[0]}`, types[0], bytes)).toBe('file-type-mismatch');
      }
    }
  });

  it('knows a PNG whose picture begins, and a TIFF whose directory stands, past the sample', async () => {
    const png = await fixture('courbe-tension.png');
    const afterHeader = 8 + 25;
    // The sample ends in the comment, or in the eight bytes that say what comes after it.
    for (const commentBytes of [0x2000, 4_100 - 5 - 12 - afterHeader]) {
      const head = Buffer.from([0, 0, commentBytes >> 8, commentBytes & 0xff, ...Buffer.from('tEXt')]);
      const comment = Buffer.concat([head, Buffer.alloc(commentBytes + 4, 'x')]);
      const longPng = Buffer.concat([png.subarray(0, afterHeader), comment, png.subarray(afterHeader)]);
      expect(await outcome('a.png', 'image/png', longPng)).toBe('image/png');
    }
    for (const mark of ['II*\0', 'MM\0*']) {
      const place = mark === 'II*\0' ? [0x88, 0x13, 0, 0] : [0, 0, 0x13, 0x88];
      const tiff = Buffer.concat([Buffer.from(mark, 'latin1'), Buffer.from(place), Buffer.alloc(6_000)]);
      expect(await outcome('a.tiff', 'image/tiff', tiff)).toBe('image/tiff');
      // The directory that it points to is missing.
      expect(await outcome('a.tiff', 'image/tiff', tiff.subarray(0, 4_000))).toBe('file-type-mismatch');
    }
  });
});

describe('plain text', () => {
  const text = (bytes: Buffer | string, piece?: number) =>
    outcome('a.txt', 'text/plain', Buffer.from(bytes), 'person', piece);

  it('is UTF-8, wherever the pieces are cut', async () => {
    for (const piece of [1, 2, 3, 5, 1_000])
      expect(await text('cœur, 12 €, naïve, 😀, \u0141, été'.repeat(40), piece)).toBe('text/plain');
    expect(await text('\ufeffavec marque')).toBe('text/plain');
  });

  it('is Latin-1 as Windows writes it', async () => {
    expect(await text(Buffer.from('\x80 12, c\x9cur, l\x92\xe9t\xe9', 'latin1'))).toBe('text/plain');
    // Cut UTF-8 is read as Latin-1 where it can be.
    expect(await text(Buffer.from('\xe9t\xc3', 'latin1'))).toBe('text/plain');
  });

  it('may begin as formats do that nobody may send', async () => {
    for (const start of ['BM 42', 'MZ', 'PK', 'GIF89a', '%!PS', 'ID3 tags', 'OggS', '<?xml ?>']) {
      expect(await text(`${start} : rendez-vous à 10 h`), start).toBe('text/plain');
    }
    expect(await text('tab\tline\r\nfeed\n\fpage')).toBe('text/plain');
  });

  it('holds no control characters, at no place', async () => {
    const controls = Array.from({ length: 32 }, (_, code) => code).filter(code => ![9, 10, 12, 13].includes(code));
    for (const code of [...controls, 0x7f])
      expect(await text(`a${String.fromCharCode(code)}b`)).toBe('file-type-mismatch');
    for (const at of [0, 999, 1_000, 4_099, 4_100, 4_101, 99_999]) {
      const bytes = Buffer.alloc(100_000, 'a');
      bytes[at] = 0;
      expect(await text(bytes), `NUL at ${at}`).toBe('file-type-mismatch');
    }
    expect(await text(Buffer.from('deux octets par lettre', 'utf16le'))).toBe('file-type-mismatch');
  });

  it('is not bytes that are neither the one nor the other', async () => {
    for (const byte of [0x81, 0x8d, 0x8f, 0x90, 0x9d]) {
      expect(await text(Buffer.from([0x61, byte, 0x62]))).toBe('file-type-mismatch');
      expect(await text(String.fromCharCode(byte))).toBe('text/plain');
    }
    // "Á" is UTF-8 only, and the text then breaks off in the middle of a letter.
    expect(await text(Buffer.from([0xc3, 0x81, 0x61, 0xc3]), 1)).toBe('file-type-mismatch');
    expect(await text(Buffer.from([0xc3, 0x81, 0x61, 0xc3, 0x61]), 1)).toBe('file-type-mismatch');
  });

  it('leaves nothing stored when its last byte refuses it', async () => {
    const store = createMemoryContentStore({ keys: createMemoryKeyVault(), now: () => '' });
    const bytes = Buffer.alloc(MAX_DOCUMENT_BYTES, 'a');
    bytes[bytes.length - 1] = 0;
    const file = { name: 'a.txt', declaredType: 'text/plain', bytes: inPieces(bytes, 65_536) };
    const inspected = await inspector.inspect(file, 'person');
    const id = randomUUID();
    await expect(store.put(id, 'owner', inspected.bytes, MAX_DOCUMENT_BYTES)).rejects.toThrow('file-type-mismatch');
    expect(await store.read(id, 'owner')).toBeNull();
  });
});

describe('clinical documents', () => {
  const cda = (xml: string, sender: Sender = 'professional', type = 'text/xml') =>
    outcome('a.xml', type, Buffer.from(xml), sender);
  const NS = 'xmlns="urn:hl7-org:v3"';

  it('are taken from professionals only', async () => {
    const document = `<?xml version="1.0" encoding="UTF-8"?>\n<ClinicalDocument ${NS}><id/></ClinicalDocument>`;
    expect(await cda(document)).toBe('text/xml');
    expect(await cda(document, 'professional', 'application/xml')).toBe('text/xml');
    expect(await cda(document, 'person')).toBe('file-type-not-allowed');
  });

  it('have their root in their namespace, however it is written', async () => {
    for (const xml of [
      `<ClinicalDocument ${NS}>`,
      `\ufeff<?xml version='1.0'?><!-- <Other> --><?xml-stylesheet href="a>b.xsl"?>\n<ClinicalDocument a="x>y" ${NS} >`,
      `<cda:ClinicalDocument\n  xmlns:xsi = 'http://www.w3.org/2001/XMLSchema-instance'\n  xmlns:cda\n=\n'urn:hl7-org:v3'>`,
      `<ClinicalDocument xmlns:v3="other" ${NS}>${'<x>é</x>'.repeat(2_000)}`,
    ]) {
      expect(await cda(xml), xml).toBe('text/xml');
    }
  });

  it('are nothing else', async () => {
    for (const xml of [
      '<html/>',
      `<!DOCTYPE ClinicalDocument [<!ENTITY a "b">]><ClinicalDocument ${NS}>`,
      `<Bundle ${NS}><ClinicalDocument ${NS}>`,
      `<!-- <ClinicalDocument ${NS}> --><Bundle>`,
      `<!-- a --><Bundle/><!-- b --><ClinicalDocument ${NS}>`,
      '<ClinicalDocument>',
      '<ClinicalDocument xmlns="urn:hl7-org:v2">',
      '<ClinicalDocument xmlns:a="urn:hl7-org:v3">',
      `<a:ClinicalDocument ${NS}>`,
      '<a:ClinicalDocument xmlns:b="urn:hl7-org:v3">',
      `<ClinicalDocumentation ${NS}>`,
      '<ClinicalDocument title=\'xmlns="urn:hl7-org:v3"\'>',
      `<ClinicalDocument ${NS}`,
      `text <ClinicalDocument ${NS}>`,
      `<ClinicalDocument ${NS}>\0`,
      `<ClinicalDocument ${NS}>${'a'.repeat(5_000)}\0`,
    ]) {
      expect(await cda(xml), xml).toBe('file-type-mismatch');
    }
  });

  it('show what they are in the first 4 100 bytes, whatever the pieces', async () => {
    const root = `<ClinicalDocument ${NS}>`;
    const xml = (rootEnd: number) => Buffer.from(`<!--${' '.repeat(rootEnd - root.length - 7)}-->${root}<id/>`);
    for (const piece of [1, 100, 50_000]) {
      expect(await outcome('a.xml', 'text/xml', xml(4_100), 'professional', piece)).toBe('text/xml');
      expect(await outcome('a.xml', 'text/xml', xml(4_101), 'professional', piece)).toBe('file-type-mismatch');
    }
  });
});

describe('the flow of a file', () => {
  const watched = (bytes: Buffer, piece: number) => {
    const seen = { given: 0, closed: false };
    const source = (async function* () {
      try {
        for await (const part of inPieces(bytes, piece)) {
          seen.given += part.length;
          yield part;
        }
      } finally {
        seen.closed = true;
      }
    })();
    return { seen, source };
  };

  it('reads no more than the sample before it answers, and buffers nothing after', async () => {
    const { seen, source } = watched(Buffer.concat([Buffer.from('%PDF-1.7\n'), countedBytes(1_000_000)]), 1_000);
    const inspected = await inspector.inspect(
      { name: 'a.pdf', declaredType: 'application/pdf', bytes: source },
      'person',
    );
    expect(seen.given).toBe(5_000);
    let taken = 0;
    for await (const piece of inspected.bytes) {
      taken += piece.length;
      expect(seen.given - taken).toBeLessThanOrEqual(5_000);
    }
    expect(taken).toBe(1_000_009);
  });

  it('closes the source when it refuses, early or late, and when the taker stops', async () => {
    const early = watched(countedBytes(10_000), 1_000);
    await expect(
      inspector.inspect({ name: 'a.pdf', declaredType: 'application/pdf', bytes: early.source }, 'person'),
    ).rejects.toEqual(new FileRefusedError('file-type-mismatch'));
    expect(early.seen.closed).toBe(true);

    const late = watched(Buffer.concat([Buffer.alloc(10_000, 'a'), Buffer.alloc(10_000)]), 1_000);
    const refused = await inspector.inspect(
      { name: 'a.txt', declaredType: 'text/plain', bytes: late.source },
      'person',
    );
    let taken = 0;
    const taking = async () => {
      for await (const piece of refused.bytes) taken += piece.length;
    };
    await expect(taking()).rejects.toEqual(new FileRefusedError('file-type-mismatch'));
    expect(taken).toBe(10_000);
    expect(late.seen).toEqual({ given: 11_000, closed: true });

    const stopped = watched(Buffer.alloc(100_000, 'a'), 1_000);
    const inspected = await inspector.inspect(
      { name: 'a.txt', declaredType: 'text/plain', bytes: stopped.source },
      'person',
    );
    for await (const _piece of inspected.bytes) break;
    expect(stopped.seen.closed).toBe(true);
  });

  it('passes on why the source broke', async () => {
    const cut = new Error('the client went away');
    for (const size of [10, 10_000]) {
      const broken = (async function* () {
        yield* inPieces(Buffer.alloc(size, 'a'));
        throw cut;
      })();
      const through = async () =>
        collect(
          (await inspector.inspect({ name: 'a.txt', declaredType: 'text/plain', bytes: broken }, 'person')).bytes,
        );
      await expect(through()).rejects.toBe(cut);
    }
  });
});
