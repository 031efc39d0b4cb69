import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Three kinds of tests: pure ones share one module graph, which is many times faster; stories share
// local Azure as well, which the files of one process use one after another; those that start
// servers of their own run isolated, because the Functions library is a process-wide singleton.
const shared = { root: fileURLToPath(new URL('..', import.meta.url)) };

// Real clocks and real processes on a machine that may be busy: one more try, and the report says
// that it was needed.
const real = { testTimeout: 120_000, hookTimeout: 120_000, retry: 1 };

export default defineConfig({
  test: {
    // Stories wait more than they work: two side by side even where there are but two cores.
    maxWorkers: 2,
    globalSetup: fileURLToPath(new URL('own-folders.ts', import.meta.url)),
    projects: [
      {
        ...shared,
        test: {
          name: 'pure',
          include: ['test/unit/**/*.test.ts', 'test/properties/**/*.test.ts'],
          isolate: false,
          // Bounds are for what hangs: machines differ in speed, and may be busy.
          testTimeout: 60_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'local',
          include: ['test/local/**/*.test.ts', 'test/contract/**/*.test.ts'],
          ...real,
        },
      },
      {
        ...shared,
        test: {
          name: 'stories',
          include: ['test/scenarios/**/*.test.ts'],
          isolate: false,
          ...real,
        },
      },
    ],
  },
});
