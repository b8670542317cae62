import { FileRefusedError } from '../../ports/file-inspector.ts';
import type { VirusScanner } from '../../ports/virus-scanner.ts';

/**
 * Passes `bytes` on while the scanner reads the same. The end is held back until its verdict: what is not clean, or could
 * not be judged, never comes to an end but throws.
 */
export async function* scanned(scanner: VirusScanner, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const copy = createHandover();
  const verdict = scanner.scan(copy.pieces());
  // It may stop before the end. Its failure waits here to be thrown below, and does not take the process down before.
  verdict.then(copy.release, copy.release);
  try {
    for await (const piece of bytes) {
      await copy.give(piece);
      yield piece;
    }
  } finally {
    copy.end();
  }
  if ((await verdict) === 'infected') throw new FileRefusedError('file-infected');
}

/** Pieces go from one hand to the other, one at a time: `give` waits until the taker asks for the next, or is released. */
const createHandover = () => {
  let offered = Promise.withResolvers<Uint8Array | null>();
  let taken = Promise.withResolvers<void>();
  return {
    give(piece: Uint8Array): Promise<void> {
      offered.resolve(piece);
      return taken.promise;
    },
    end(): void {
      offered.resolve(null);
    },
    release(): void {
      taken.resolve();
    },
    async *pieces(): AsyncGenerator<Uint8Array> {
      for (let piece = await offered.promise; piece !== null; piece = await offered.promise) {
        offered = Promise.withResolvers();
        yield piece;
        const { resolve } = taken;
        taken = Promise.withResolvers();
        resolve();
      }
    },
  };
};
