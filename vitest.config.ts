import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/helpers/globalSetup.ts'],
    reporters: ['default', './test/helpers/leftOutReporter.ts'],
    // One after another: some install or pack the package, which builds it anew under the others.
    fileParallelism: false,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // The default of one second is short for a browser on a busy machine.
    expect: { poll: { timeout: 10_000 } },
    coverage: { include: ['src/**'] },
  },
});
