import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Whole days in the life of a gateway: npm run test:long.
    projects: [
      {
        test: {
          name: 'product',
          include: ['test/**/*.test.ts'],
          exclude: ['test/long/**'],
          globalSetup: ['test/support/global-setup.ts'],
        },
      },
      {
        test: {
          name: 'sandbox',
          include: ['sandbox/test/**/*.test.ts'],
          exclude: ['sandbox/test/long/**'],
        },
      },
    ],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A poll ends when its condition holds; this is only how long a busy machine may take.
    expect: { poll: { timeout: 10_000 } },
    maxWorkers: 2,
    reporters: process.env['CI'] === undefined ? ['default'] : ['default', 'json'],
    outputFile: { json: 'test-artifacts/results.json' },
  },
});
