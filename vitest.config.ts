import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/helpers/globalSetup.ts'],
    reporters: ['default', './test/helpers/leftOutReporter.ts'],
    // Most of the time they wait for programs that they started: the default, a core less than there are, leaves
    // half of a small machine idle.
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // The default of one second is short for a browser on a busy machine.
    expect: { poll: { timeout: 10_000 } },
    coverage: { include: ['src/**'] },
  },
});
