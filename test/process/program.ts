import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The program as `npm start` builds it. */
export type Program = {
  /** Starts `src/main.js`. Nothing of this process's environment is passed on but `PATH`. */
  start(env: Readonly<Record<string, string>>): Running;
  /** Runs a script to its end, e.g. `import-insured`. */
  run(script: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended>;
  remove(): Promise<void>;
};

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

export type Running = {
  readonly child: ChildProcess;
  /** Where it listens. Rejects with what it said where it ends before that. */
  readonly url: Promise<string>;
  readonly ended: Promise<Ended & { readonly signal: NodeJS.Signals | null }>;
  output(): string;
};

const CACHE = 'node_modules/.cache';

/** Built into a folder of its own below `node_modules`, where its packages are found and no other build disturbs it. */
export const buildProgram = async (): Promise<Program> => {
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(join(CACHE, 'process-test-'));
  const tsc = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--noCheck', '--outDir', folder];
  await promisify(execFile)(process.execPath, tsc);

  const launch = (
    file: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Omit<Running, 'url'> => {
    const child = spawn(process.execPath, [join(folder, file), ...args], {
      env: { PATH: process.env.PATH ?? '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', text => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', text => {
      stderr += text;
    });
    const ended = new Promise<Ended & { signal: NodeJS.Signals | null }>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
    });
    return { child, ended, output: () => stdout };
  };

  return {
    start(env) {
      const running = launch('src/main.js', [], env);
      const url = new Promise<string>((resolve, reject) => {
        running.child.stdout?.on('data', () => {
          const [, found] = /(?:development mode:|listening on) (http:\S+)/.exec(running.output()) ?? [];
          if (found !== undefined) resolve(found);
        });
        running.ended.then(({ stderr }) => reject(new Error(`it ended before it listened: ${stderr}`)), reject);
      });
      url.catch(() => {});
      return { ...running, url };
    },
    run: (script, args, env) => launch(`scripts/${script}.js`, args, env).ended,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};
