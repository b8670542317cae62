import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';

/** Another process that answers one question after the other, and ends with the one that started it. */
export type Helper<Q, A> = {
  ask(question: Q): Promise<A>;
  stop(): Promise<void>;
};

type Answered = { readonly answer: unknown } | { readonly failure: string };

/** Time to end in order, before it is ended. */
const STOP_TIMEOUT_MS = 15_000;

/**
 * Starts `<name>` of this folder, as source or compiled as this file is. Its output is thrown away, errors excepted: a
 * server logs as it does everywhere else, and nobody has to read it.
 */
export const startHelper = <Q, A>(
  name: string,
  options: { readonly env?: NodeJS.ProcessEnv; readonly execArgv?: readonly string[] } = {},
): Helper<Q, A> => {
  const child: ChildProcess = fork(new URL(`./${name}${extname(import.meta.url)}`, import.meta.url), {
    env: options.env ?? process.env,
    execArgv: ['--enable-source-maps', ...(options.execArgv ?? [])],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  const exited = new Promise<void>(resolve => child.once('exit', () => resolve()));
  const asking = new Set<PromiseWithResolvers<A>>();
  child.on('message', (answered: Answered) => {
    const [first] = asking;
    if (first === undefined) return;
    asking.delete(first);
    if ('answer' in answered) first.resolve(answered.answer as A);
    else first.reject(new Error(`${name}: ${answered.failure}`));
  });
  child.once('exit', code => {
    for (const { reject } of asking) reject(new Error(`${name} ended with ${code} before it answered`));
    asking.clear();
  });

  return {
    ask(question) {
      const answered = Promise.withResolvers<A>();
      if (!child.connected) return Promise.reject(new Error(`${name} has ended`));
      asking.add(answered);
      child.send(question as object);
      return answered.promise;
    },
    async stop() {
      if (child.connected) child.disconnect();
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(timer);
    },
  };
};

/** The other side of it: answers each question in turn, and calls `stop` when whoever asked is gone. */
export const answerAsHelper = <Q, A>(answer: (question: Q) => Promise<A> | A, stop: () => Promise<void>): void => {
  let previous = Promise.resolve();
  process.on('message', (question: Q) => {
    previous = previous.then(async () => {
      try {
        process.send?.({ answer: await answer(question) });
      } catch (error) {
        process.send?.({ failure: error instanceof Error ? (error.stack ?? error.message) : 'unknown' });
      }
    });
  });
  process.once('disconnect', () => void stop());
};
