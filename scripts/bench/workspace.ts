import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openParts } from '../../src/application.ts';
import { readConfig } from '../../src/config.ts';

/**
 * The environment of a server over `folder` as `npm start` has it, whatever the environment of the measurement is: the
 * embedded store with sealing and `synchronous=FULL`, its log and metrics on.
 */
export const environmentOf = (folder: string): Record<string, string> => ({
  NODE_ENV: 'development',
  DATA_FOLDER: folder,
  HOST: '127.0.0.1',
  PORT: '0',
});

/** Fresh parts over `folder`: nothing is in the memory of the process yet. */
export const openFresh = (folder: string) => openParts(readConfig(environmentOf(folder)));

/** A folder that nobody has used yet. */
export const freshFolder = (folder: string): string => join(folder, randomUUID());
