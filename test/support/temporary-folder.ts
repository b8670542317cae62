import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An empty folder of its own, and how to remove it with all that is in it. */
export const temporaryFolder = async () => {
  const path = await mkdtemp(join(tmpdir(), 'record-test-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
};
