/*
 * Mutants that these tests catch: the tail kept one byte short, or not at all; the string looked for at the beginning only;
 * the end given out before the verdict; a scanner that fails taken for clean, or taking the process down; pieces handed
 * over without waiting; a scanner that stops early, or a taker that stops, leaving the other side waiting for ever.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createEicarScanner } from '../../src/adapters/files/eicar-scanner.ts';
import { createFileInspector } from '../../src/adapters/files/file-inspector.ts';
import { scanned } from '../../src/adapters/files/scanned.ts';
import { FileRefusedError } from '../../src/ports/file-inspector.ts';
import type { Verdict, VirusScanner } from '../../src/ports/virus-scanner.ts';
import { collect, countedBytes, inPieces } from '../support/bytes.ts';

const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}', '$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');

describe('the embedded scanner', () => {
  const scan = (pieces: readonly (string | Buffer)[]): Promise<Verdict> =>
    createEicarScanner().scan(
      (async function* () {
        for (const piece of pieces) yield Buffer.from(piece);
      })(),
    );

  it('knows the EICAR test string, wherever it stands and is cut', async () => {
    expect(EICAR).toHaveLength(68);
    expect(await scan([EICAR])).toBe('infected');
    expect(await scan([...EICAR])).toBe('infected');
    for (let at = 0; at <= EICAR.length; at += 1) {
      expect(await scan(['before', EICAR.slice(0, at), '', `${EICAR.slice(at)}after`]), `cut at ${at}`).toBe(
        'infected',
      );
      expect(await scan([countedBytes(70_000), EICAR.slice(0, at), EICAR.slice(at), countedBytes(10)])).toBe(
        'infected',
      );
    }
  });

  it('finds nothing else', async () => {
    expect(await scan([])).toBe('clean');
    expect(await scan([countedBytes(200_000), EICAR.slice(1), EICAR.slice(0, -1)])).toBe('clean');
    expect(await scan([EICAR.slice(0, 30), 'x', EICAR.slice(30)])).toBe('clean');
    expect(await scan([EICAR.toLowerCase()])).toBe('clean');
  });
});

describe('bytes on their way past a scanner', () => {
  const saying = (verdict: Verdict): VirusScanner => ({
    scan: async bytes => {
      await collect(bytes);
      return verdict;
    },
  });
  const bytes = countedBytes(10_000);

  it('come through whole when they are clean', async () => {
    const heard: Buffer[] = [];
    const listening: VirusScanner = {
      scan: async pieces => {
        heard.push(await collect(pieces));
        return 'clean';
      },
    };
    for (const piece of [1_000, 100_000]) {
      expect((await collect(scanned(listening, inPieces(bytes, piece)))).equals(bytes)).toBe(true);
      expect(heard.pop()?.equals(bytes)).toBe(true);
    }
    expect(await collect(scanned(listening, inPieces(Buffer.alloc(0))))).toHaveLength(0);
  });

  it('never come to an end when they are infected', async () => {
    await expect(collect(scanned(saying('infected'), inPieces(bytes, 1_000)))).rejects.toEqual(
      new FileRefusedError('file-infected'),
    );
    await expect(collect(scanned(saying('infected'), inPieces(Buffer.alloc(0))))).rejects.toThrow('file-infected');
  });

  it('are refused by the inspector as a whole', async () => {
    const inspector = createFileInspector({ scanner: createEicarScanner() });
    const infected = {
      name: 'a.txt',
      declaredType: 'text/plain',
      bytes: inPieces(Buffer.from(`Bonjour ${EICAR}`), 10),
    };
    await expect(collect((await inspector.inspect(infected, 'person')).bytes)).rejects.toEqual(
      new FileRefusedError('file-infected'),
    );
  });

  it('are not taken when the scanner fails, at once or late', async () => {
    const away = new Error('the scanner is away');
    const atOnce: VirusScanner = { scan: () => Promise.reject(away) };
    const late: VirusScanner = {
      scan: async pieces => {
        for await (const _piece of pieces) break;
        await delay(5);
        throw away;
      },
    };
    for (const scanner of [atOnce, late]) {
      const slowly = (async function* () {
        for await (const piece of inPieces(bytes, 1_000)) {
          await delay(1);
          yield piece;
        }
      })();
      await expect(collect(scanned(scanner, slowly))).rejects.toBe(away);
    }
  });

  it('do not wait for a scanner that knows early', async () => {
    for (const verdict of ['clean', 'infected'] as const) {
      const early: VirusScanner = {
        scan: async pieces => {
          for await (const _piece of pieces) break;
          return verdict;
        },
      };
      const passing = collect(scanned(early, inPieces(bytes, 1_000)));
      if (verdict === 'clean') expect((await passing).equals(bytes)).toBe(true);
      else await expect(passing).rejects.toThrow('file-infected');
    }
  });

  it('are at most one piece ahead of the scanner', async () => {
    let heard = 0;
    let given = 0;
    const slow: VirusScanner = {
      scan: async pieces => {
        for await (const _piece of pieces) {
          await delay(1);
          heard += 1;
        }
        return 'clean';
      },
    };
    for await (const _piece of scanned(slow, inPieces(bytes, 500))) {
      given += 1;
      expect(given - heard).toBeLessThanOrEqual(1);
    }
    expect({ given, heard }).toEqual({ given: 20, heard: 20 });
  });

  it('end for the scanner too when the taker stops or the source breaks', async () => {
    const ends: string[] = [];
    const listening: VirusScanner = {
      scan: async pieces => {
        await collect(pieces);
        ends.push('ended');
        return 'clean';
      },
    };
    for await (const _piece of scanned(listening, inPieces(bytes, 500))) break;
    const broken = (async function* () {
      yield bytes;
      throw new Error('the client went away');
    })();
    await expect(collect(scanned(listening, broken))).rejects.toThrow('the client went away');
    await delay(1);
    expect(ends).toEqual(['ended', 'ended']);
  });
});
