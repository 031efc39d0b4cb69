import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Two kinds of tests: pure ones share one module graph, which is many times faster; those that
// start processes or servers run isolated, because the Functions library is a process-wide singleton.
const shared = { root: fileURLToPath(new URL('..', import.meta.url)) };

export default defineConfig({
  test: {
    // Stories wait more than they work: two side by side even where there are but two cores.
    maxWorkers: 2,
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
          include: [
            'test/local/**/*.test.ts',
            'test/contract/**/*.test.ts',
            'test/scenarios/**/*.test.ts',
          ],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Real clocks and real processes on a machine that may be busy: one more try, and the
          // report says that it was needed.
          retry: 1,
        },
      },
    ],
  },
});
