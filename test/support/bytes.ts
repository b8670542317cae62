/** Bytes that say where they are: a piece out of place is seen. */
export const countedBytes = (size: number, seed = 0): Buffer => {
  const bytes = Buffer.allocUnsafe(size);
  for (let i = 0; i < size; i += 1) bytes[i] = (Math.imul(i + seed, 2_654_435_761) >>> 13) & 0xff;
  return bytes;
};

/** The bytes in pieces of at most `pieceBytes`. */
export async function* inPieces(bytes: Uint8Array, pieceBytes = 16_384): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

export const collect = async (pieces: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
};
