/** `body`: what a server without data answers with. */
export type ServerQuestion = { readonly kind: 'listen'; readonly body: Uint8Array } | { readonly kind: 'usage' };

export type ServerAnswer = {
  readonly port: number;
  /** Processor time that its main thread has used so far. */
  readonly cpuMicroseconds: number;
};

/** Processor time that the calling thread has used so far. */
export const threadMicroseconds = (): number => {
  const { user, system } = process.threadCpuUsage();
  return user + system;
};
