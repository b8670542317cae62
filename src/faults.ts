/** What may be said of a fault: its kind and where, never its message, which may quote what somebody sent. */
export const describeFault = (error: unknown): object => {
  if (!(error instanceof Error)) return { kind: typeof error };
  const { code } = error as NodeJS.ErrnoException;
  const frames = (error.stack ?? '').split('\n').filter(line => line.trimStart().startsWith('at '));
  return { kind: error.name, ...(code === undefined ? {} : { code }), stack: frames.slice(0, 8) };
};
