import { setTimeout as sleep } from 'node:timers/promises';
import { EventStoreUnreachableError, judge, NoAnswerError } from './failures.ts';
import type { Limits } from './limits.ts';
import type { SteadyClient } from './steady-client.ts';

/** Wait before the next attempt after so many failures in a row: doubled each time, and not the same for everybody. */
export const pauseMs = (failures: number, { firstRetryMs, lastRetryMs }: Limits): number => {
  const longest = Math.min(firstRetryMs * 2 ** failures, lastRetryMs);
  return longest * (0.5 + Math.random() / 2);
};

/** Rejects with `NoAnswerError` where `run` takes longer; it is told by the signal to give up, and nobody waits for that. */
export const within = async <T>(timeoutMs: number, run: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const givingUp = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new NoAnswerError(timeoutMs));
      givingUp.abort();
    }, timeoutMs);
  });
  try {
    return await Promise.race([run(givingUp.signal), silence]);
  } finally {
    clearTimeout(timer);
  }
};

/**
 * Attempts again until there is an answer, a refusal (rejects with it) or no patience left (rejects with
 * `EventStoreUnreachableError`).
 *
 * @param progress a number that grows while attempts get somewhere: patience begins anew then
 */
export const insist = async <T>(
  client: SteadyClient,
  limits: Limits,
  patienceMs: number,
  attempt: () => Promise<T>,
  progress: () => number = () => 0,
): Promise<T> => {
  let since = performance.now();
  let reached = progress();
  for (let failures = 0; ; failures += 1) {
    const mark = client.mark();
    try {
      return await attempt();
    } catch (raw) {
      const failure = judge(raw);
      if (failure.isFinal) throw failure.error;
      if (failure.isSilence) client.leave(mark);
      if (progress() > reached) {
        since = performance.now();
        failures = 0;
      }
      reached = progress();
      const pause = pauseMs(failures, limits);
      if (performance.now() + pause - since > patienceMs)
        throw new EventStoreUnreachableError(patienceMs, failure.word);
      await sleep(pause);
    }
  }
};
