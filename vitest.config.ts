import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Most of the time goes into waiting: answers about identities fill their time, and disks sync.
    maxWorkers: 4,
  },
});
