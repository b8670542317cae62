import type { IncomingMessage } from 'node:http';

/** The answer does not wait longer than this for a client that is still sending. */
const ANSWER_AFTER_MS = 2_000;
/** A client that still sends after this long is cut off. */
const CUT_AFTER_MS = 10_000;
/** No more than this is read of a body that nobody wants. */
const MAX_DISCARDED_BYTES = 64 * 1_024 * 1_024;

/**
 * Reads and throws away what is left of a body that is refused, so that its sender hears the answer: a socket closed with
 * unread bytes in it is reset, and many clients then report a broken connection instead of the 413 that was sent. Answers
 * when the body is over, or is too long or too slow to wait for; the discarding then goes on for a while beside the answer.
 */
export const drainRequest = (request: IncomingMessage): Promise<void> =>
  new Promise(resolve => {
    if (request.readableEnded || request.destroyed) return resolve();
    let discarded = 0;
    const answer = setTimeout(resolve, ANSWER_AFTER_MS);
    const cut = setTimeout(() => request.destroy(), CUT_AFTER_MS);
    cut.unref();
    const over = (): void => {
      clearTimeout(answer);
      clearTimeout(cut);
      resolve();
    };
    request.on('close', over).on('end', over);
    request.on('data', (piece: Buffer) => {
      discarded += piece.length;
      if (discarded <= MAX_DISCARDED_BYTES) return;
      request.pause();
      resolve();
    });
    request.resume();
  });
