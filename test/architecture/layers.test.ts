import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

/**
 * The layers are kept by the linter (`overrides` in biome.json), so an editor shows a violation while it is typed. Here
 * every rule is shown to fire on a planted violation, and to let through what it must.
 */
const BIOME = resolve('node_modules/.bin/biome');
const folder = mkdtempSync(join(tmpdir(), 'layers-'));
cpSync('biome.json', join(folder, 'biome.json'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the linter says of a file at `path` that imports `from`. */
const messages = (path: string, from: string): string => {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `import type { Something } from '${from}';\n\nexport type Other = Something;\n`);
  try {
    return execFileSync(BIOME, ['lint', '--vcs-enabled=false', '--colors=off', path], {
      cwd: folder,
      stdio: 'pipe',
    }).toString();
  } catch (error) {
    return String((error as { stderr: Buffer }).stderr);
  } finally {
    rmSync(file);
  }
};

const DOMAIN = 'The domain imports nothing but itself.';
const PORT = 'A port knows the domain and no more.';
const APPLICATION = 'The application knows domain and ports only.';
const ADAPTER = 'An adapter is put together by the composition root and does not know it.';
const CONTAINER = 'Only the composition root knows the container.';

describe('layers', () => {
  it.each([
    ['src/domain/espace/planted.ts', 'koa', DOMAIN],
    ['src/domain/espace/planted.ts', 'lru-cache', DOMAIN],
    ['src/domain/espace/planted.ts', 'node:crypto', DOMAIN],
    ['src/domain/espace/planted.ts', '../../application/ids.ts', DOMAIN],
    ['src/domain/espace/planted.ts', '../../application.ts', DOMAIN],
    ['src/domain/espace/planted.ts', '../../ports/clock.ts', DOMAIN],
    ['src/domain/espace/planted.ts', '../../adapters/system-clock.ts', DOMAIN],
    ['src/domain/espace/planted.ts', '../../config.ts', DOMAIN],
    ['src/ports/planted.ts', 'koa', PORT],
    ['src/ports/planted.ts', 'node:fs', PORT],
    ['src/ports/planted.ts', '../application/ids.ts', PORT],
    ['src/ports/planted.ts', '../adapters/system-clock.ts', PORT],
    ['src/application/planted.ts', '../adapters/system-clock.ts', APPLICATION],
    ['src/application/planted.ts', '../composition-root.ts', APPLICATION],
    ['src/application/planted.ts', 'inversify', APPLICATION],
    ['src/application/planted.ts', 'koa', APPLICATION],
    ['src/application/planted.ts', 'node:sqlite', APPLICATION],
    ['src/application/planted.ts', 'node:http2', APPLICATION],
    ['src/application/planted.ts', 'jose', APPLICATION],
    ['src/adapters/http/planted.ts', 'inversify', ADAPTER],
    ['src/adapters/http/planted.ts', '../../composition-root.ts', ADAPTER],
    ['src/adapters/http/planted.ts', '../../config.ts', ADAPTER],
    ['src/main.ts', 'inversify', CONTAINER],
    ['src/application.ts', 'inversify', CONTAINER],
    ['scripts/planted.ts', 'inversify', CONTAINER],
  ])('%s may not import %s', (path, from, message) => {
    expect(messages(path, from)).toContain(message);
  });

  it.each([
    ['src/domain/espace/planted.ts', '../shared/decider.ts'],
    ['src/ports/planted.ts', '../domain/shared/time.ts'],
    ['src/ports/planted.ts', 'node:crypto'],
    ['src/application/planted.ts', '../ports/clock.ts'],
    ['src/application/planted.ts', 'lru-cache'],
    ['src/adapters/http/planted.ts', 'koa'],
    ['src/composition-root.ts', 'inversify'],
  ])('%s may import %s', (path, from) => {
    expect(messages(path, from)).not.toContain('noRestrictedImports');
  });

  it('speaks of folders and files that exist, so that no rule is idle', () => {
    const { overrides } = JSON.parse(readFileSync('biome.json', 'utf8')) as { overrides: { includes: string[] }[] };
    for (const pattern of overrides.flatMap(({ includes }) => includes))
      expect(existsSync(pattern.replace('/**', '')), pattern).toBe(true);
  });

  it('keeps time and chance out of the domain', () => {
    const impure = /Date\.now|new Date\(\)|Math\.random|randomUUID|\bprocess\.|setTimeout|performance\./;
    const files = readdirSync('src/domain', { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts'));
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter(name => impure.test(readFileSync(join('src/domain', name), 'utf8')))).toEqual([]);
  });
});
