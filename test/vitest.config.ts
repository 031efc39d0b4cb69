import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Four kinds of tests: pure ones share one module graph, which is many times faster, and so do those
// that start servers of their own; stories share local Azure as well, which the files of one process
// use one after another. Alone run those that go by what a process has but once: the Functions
// library's registrations, and a managed identity, whose tokens the SDK keeps for the whole process.
const shared = { root: fileURLToPath(new URL('..', import.meta.url)) };

// Real clocks and real processes on a machine that may be busy: one more try, and the report says
// that it was needed.
const real = { testTimeout: 120_000, hookTimeout: 120_000, retry: 1 };

const ALONE = [
  'test/local/host/**/*.test.ts',
  'test/local/vault.test.ts',
  'test/contract/key-vault.test.ts',
  'test/contract/user-assigned-identity.test.ts',
];

export default defineConfig({
  test: {
    // Stories wait about as much as they work: three side by side even where there are but two cores.
    // A file of them takes about a gigabyte.
    maxWorkers: Math.min(6, Math.max(3, availableParallelism())),
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
          exclude: ALONE,
          isolate: false,
          ...real,
        },
      },
      {
        ...shared,
        test: { name: 'alone', include: ALONE, ...real },
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
