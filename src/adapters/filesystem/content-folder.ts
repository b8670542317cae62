import { randomUUID } from 'node:crypto';
import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, rmSync, statSync } from 'node:fs';
import { link, mkdir, open, opendir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ContentId } from '../../ports/content-store.ts';

/** Files that nobody wrote to for this long were left by a process that died; an upload under way is touched all the time. */
export const ABANDONED_AFTER_MS = 3_600_000;

const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;
const INCOMING = 'incoming';
const CONTENT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SHARD = /^[0-9a-f]{2}$/;

/** A file that nobody can see before it is published. */
export interface IncomingFile {
  write(bytes: Uint8Array): Promise<void>;
  /** Complete and durable under its final name when answered. Rejects, and leaves nothing, where that name is taken. */
  publish(path: string, storedAt: string): Promise<void>;
  /** To be called in the end, published or not. What it cannot remove, the next start does: it never rejects. */
  discard(): Promise<void>;
}

/** One file per content, `<first 2 characters>/<id>`; those being written are in `incoming/`, in the same file system. */
export interface ContentFolder {
  /** Null for what is not a lower-case UUID: no text from outside becomes a path. */
  pathOf(id: ContentId): string | null;
  receive(): Promise<IncomingFile>;
  remove(path: string): Promise<void>;
  list(): AsyncIterable<{ readonly id: ContentId; readonly storedAt: string }>;
}

/** Makes the folder where there is none, and removes what crashed processes left in `incoming/`. */
export const openContentFolder = (folder: string, abandonedAfterMs: number): ContentFolder => {
  const incoming = join(folder, INCOMING);
  mkdirSync(incoming, { recursive: true, mode: PRIVATE_FOLDER });
  removeAbandoned(incoming, abandonedAfterMs);

  const durableShards = new Set<string>();
  const ensureShard = async (shard: string): Promise<void> => {
    if (durableShards.has(shard)) return;
    await mkdir(shard, { recursive: true, mode: PRIVATE_FOLDER });
    await syncFolder(folder);
    durableShards.add(shard);
  };

  return {
    pathOf: id => (CONTENT_ID.test(id) ? join(folder, id.slice(0, 2), id) : null),

    async receive() {
      const incomingPath = join(incoming, randomUUID());
      const file = await open(incomingPath, 'wx', PRIVATE_FILE);
      return {
        write: bytes => file.appendFile(bytes),
        async publish(path, storedAt) {
          await file.utimes(new Date(storedAt), new Date(storedAt));
          await file.sync();
          await ensureShard(dirname(path));
          // A link and not a rename: a rename would silently replace a content that has this name.
          await link(incomingPath, path);
          try {
            await syncFolder(dirname(path));
          } catch (error) {
            await unlink(path);
            throw error;
          }
        },
        async discard() {
          await file.close().catch(() => {});
          await unlink(incomingPath).catch(() => {});
        },
      };
    },

    async remove(path) {
      await unlink(path).catch(ignoreMissing);
      await syncFolder(dirname(path)).catch(ignoreMissing);
    },

    async *list() {
      for await (const shard of await opendir(folder)) {
        if (!SHARD.test(shard.name)) continue;
        for await (const { name } of await opendir(join(folder, shard.name))) {
          const found = CONTENT_ID.test(name)
            ? await stat(join(folder, shard.name, name)).catch(ignoreMissing)
            : undefined;
          if (found) yield { id: name, storedAt: new Date(Math.round(found.mtimeMs)).toISOString() };
        }
      }
    },
  };
};

/** A new or removed name is durable once its folder is synced. */
const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
};

const ignoreMissing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== 'ENOENT') throw error;
};

/**
 * Ages are taken on the file system's own clock, that of a file made for the purpose: it need not agree with this
 * machine's. The time of the last change (`ctime`) counts, which nobody can set.
 */
const removeAbandoned = (incoming: string, abandonedAfterMs: number): void => {
  const probe = join(incoming, randomUUID());
  const descriptor = openSync(probe, 'wx', PRIVATE_FILE);
  const nowMs = fstatSync(descriptor).ctimeMs;
  closeSync(descriptor);
  rmSync(probe);
  for (const name of readdirSync(incoming)) {
    const path = join(incoming, name);
    const changedMs = statSync(path, { throwIfNoEntry: false })?.ctimeMs;
    if (changedMs !== undefined && nowMs - changedMs > abandonedAfterMs) rmSync(path, { force: true });
  }
};
