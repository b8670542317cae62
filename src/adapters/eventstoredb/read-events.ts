import type { StreamingRead } from '@eventstore/db-client';
import { NoAnswerError } from './failures.ts';

/**
 * The events of one read of the client, until its end or until the caller leaves; the caller takes them at once. Rejects
 * with `NoAnswerError` where nothing comes for `silenceMs`: the client itself would wait for ever.
 */
export async function* readEvents<E>(reading: StreamingRead<E>, silenceMs: number): AsyncGenerator<E, void, void> {
  // An error that finds nobody listening ends the process, and one may come after the reader has left.
  reading.on('error', () => {});
  const silence = setTimeout(() => reading.destroy(new NoAnswerError(silenceMs)), silenceMs);
  let hasEnded = false;
  try {
    for await (const event of reading.iterator({ destroyOnReturn: false })) {
      silence.refresh();
      yield event;
    }
    hasEnded = true;
  } finally {
    clearTimeout(silence);
    if (!hasEnded) abandon(reading);
  }
}

/** Leaving the stream does not end the call behind it; and that ends for the client only when all of it was taken. */
const abandon = (reading: StreamingRead<unknown>): void => {
  reading.cancel().catch(() => {});
  reading.resume();
};
