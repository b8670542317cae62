import { fileTypeFromBuffer } from 'file-type';
import { type FileInspector, FileRefusedError, type ReceivedFile } from '../../ports/file-inspector.ts';
import type { VirusScanner } from '../../ports/virus-scanner.ts';
import { isClinicalDocument } from './clinical-document.ts';
import { FILE_FORMATS, type FileFormat } from './file-formats.ts';
import { scanned } from './scanned.ts';
import { createTextCheck } from './text-check.ts';

/** What the file-type library asks for. */
const HEAD_BYTES = 4_100;

export const createFileInspector = ({ scanner }: { readonly scanner: VirusScanner }): FileInspector => ({
  declaredTypes: FILE_FORMATS.flatMap(format => format.declaredTypes),

  async inspect(file, sender) {
    const format = formatOf(file, sender);
    const source = file.bytes[Symbol.asyncIterator]();
    const head = await readHead(source);
    if (!(await beginsAs(format, Buffer.concat(head).subarray(0, HEAD_BYTES)))) {
      await source.return?.();
      throw new FileRefusedError(head.length === 0 ? 'file-empty' : 'file-type-mismatch');
    }
    const bytes = replayed(head, source);
    const checked = format.content === 'signature' ? bytes : textOnly(bytes);
    return { mediaType: format.mediaType, bytes: scanned(scanner, checked) };
  },
});

const formatOf = ({ name, declaredType }: ReceivedFile, sender: 'person' | 'professional'): FileFormat => {
  const extension = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const essence = declaredType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const formats = FILE_FORMATS.filter(format => sender === 'professional' || !format.professionalsOnly);
  const byExtension = formats.find(format => format.extensions.includes(extension));
  const byType = formats.find(format => format.declaredTypes.includes(essence));
  if (!byExtension || !byType) throw new FileRefusedError('file-type-not-allowed');
  if (byExtension !== byType) throw new FileRefusedError('file-type-mismatch');
  return byExtension;
};

/** The pieces up to the first `HEAD_BYTES` bytes or the end; none of them is empty. */
const readHead = async (source: AsyncIterator<Uint8Array>): Promise<Uint8Array[]> => {
  const pieces: Uint8Array[] = [];
  let size = 0;
  while (size < HEAD_BYTES) {
    const { done, value } = await source.next();
    if (done) break;
    if (value.length > 0) pieces.push(value);
    size += value.length;
  }
  return pieces;
};

const beginsAs = async (format: FileFormat, head: Buffer): Promise<boolean> => {
  if (head.length === 0) return false;
  if (format.content === 'clinical-document') return isClinicalDocument(head);
  const known = await signatureOf(head);
  // A text is allowed to begin like a format that nobody may send ("BM" is a bitmap), not like another that one may.
  return format.content === 'text' ? known === undefined : known === format;
};

const signatureOf = async (head: Buffer): Promise<FileFormat | undefined> => {
  const type = (await fileTypeFromBuffer(head))?.mime ?? (mayBeLongTiff(head) ? 'image/tiff' : '');
  return FILE_FORMATS.find(format => format.content === 'signature' && format.declaredTypes.includes(type));
};

/** The library wants to see the directory of a TIFF, which often stands at the end of the file. */
const mayBeLongTiff = (head: Buffer): boolean =>
  head.length === HEAD_BYTES && ['II*\0', 'MM\0*'].includes(head.toString('latin1', 0, 4));

async function* replayed(head: readonly Uint8Array[], source: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* head;
    for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
  } finally {
    await source.return?.();
  }
}

async function* textOnly(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const check = createTextCheck();
  for await (const piece of bytes) {
    if (!check.add(piece)) throw new FileRefusedError('file-type-mismatch');
    yield piece;
  }
  if (!check.end()) throw new FileRefusedError('file-type-mismatch');
}
