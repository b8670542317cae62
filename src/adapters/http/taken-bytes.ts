/**
 * The same bytes for a client who takes them: `idle` is called where a piece is ready and nobody has asked for the next
 * one for `idleMs`, `done` at the end, whether all was taken, nothing was ever asked for, or it failed.
 */
export const takenBytes = (
  bytes: AsyncIterable<Uint8Array>,
  { idleMs, idle, done }: { readonly idleMs: number; readonly idle: () => void; readonly done: () => void },
): AsyncIterable<Uint8Array> => ({
  [Symbol.asyncIterator]() {
    const pieces = bytes[Symbol.asyncIterator]();
    let waiting: NodeJS.Timeout | undefined;
    let isOver = false;
    const over = (): void => {
      isOver = true;
      clearTimeout(waiting);
      done();
    };
    return {
      async next() {
        clearTimeout(waiting);
        try {
          const piece = await pieces.next();
          if (piece.done) over();
          else if (!isOver) waiting = setTimeout(idle, idleMs).unref();
          return piece;
        } catch (error) {
          over();
          throw error;
        }
      },
      async return() {
        over();
        await pieces.return?.();
        return { done: true, value: undefined };
      },
    };
  },
});
