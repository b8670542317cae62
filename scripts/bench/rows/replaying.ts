import { createDecipheriv, type KeyObject, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { replay } from '../../../src/application/replay.ts';
import { TOKENS } from '../../../src/composition-root.ts';
import { alternate, type Speed } from '../alternating.ts';
import { longHistory, storeHistory } from '../histories.ts';
import { comparison, grouped } from '../results.ts';
import type { Measure } from '../row.ts';
import { freshFolder, openFresh } from '../workspace.ts';

const FLOOR = 0.5;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * A long history read from the store, opened and folded, every decision in it taken again; against the same rows read,
 * opened and parsed by hand.
 */
export const replaying: Measure = async ({ size, folder, onProgress }) => {
  const data = freshFolder(folder);
  const espace = randomUUID();
  const stream = `espace-${espace}` as const;
  const { parts, close } = openFresh(data);
  const store = parts.get(TOKENS.store);
  const events = longHistory(espace, size.historyEvents);
  await storeHistory(store, espace, events);
  const key = await parts.get(TOKENS.keys).sealingKey(espace);
  const database = new DatabaseSync(join(data, 'events.db'), { readOnly: true });
  const select = database.prepare(
    'SELECT version, type, data FROM events WHERE stream = ? AND version > 0 ORDER BY version',
  );
  let decisions = 0;

  const ours = async (): Promise<Speed> => {
    const startedMs = performance.now();
    decisions = 0;
    for (const { recomputed } of replay(await store.readStream(stream))) {
      if (recomputed === null) continue;
      if (!recomputed.same) throw new Error('a decision differs from the recorded one');
      decisions += 1;
    }
    return perSecond(events.length, startedMs);
  };
  const theirs = async (): Promise<Speed> => {
    const startedMs = performance.now();
    const read = (select.all(stream) as Row[]).map(row => openByHand(key, stream, row));
    return perSecond(read.length, startedMs);
  };

  const [oursSpeeds = [], theirSpeeds = []] = await alternate(size, [ours, theirs], onProgress);
  database.close();
  await close();
  return {
    results: [
      comparison(
        'replay, every decision taken again',
        'events/s',
        oursSpeeds,
        { what: 'read, open, parse', speeds: theirSpeeds },
        FLOOR,
      ),
    ],
    notes: [
      {
        title: 'History that is replayed',
        lines: [`${grouped(events.length)} events, ${grouped(decisions)} decisions`],
      },
    ],
  };
};

type Row = { readonly version: number; readonly type: string; readonly data: string };

const perSecond = (count: number, startedMs: number): Speed => (count * 1_000) / (performance.now() - startedMs);

/** As little as it takes: envelope, seal, data. */
const openByHand = (key: KeyObject, stream: string, { version, type, data }: Row): unknown => {
  const { sealed } = JSON.parse(data) as { readonly sealed: string };
  const box = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, box.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(`${version}:${type.length}:${type}${stream}`));
  decipher.setAuthTag(box.subarray(box.length - TAG_BYTES));
  const plaintext = decipher.update(box.subarray(NONCE_BYTES, box.length - TAG_BYTES), undefined, 'utf8');
  decipher.final();
  return JSON.parse(plaintext);
};
