import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    // Only how long a busy machine may take.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    projects: [
      {
        test: {
          name: 'product',
          include: ['test/long/**/*.test.ts'],
          globalSetup: ['test/support/global-setup.ts'],
        },
      },
      { test: { name: 'sandbox', include: ['sandbox/test/long/**/*.test.ts'] } },
    ],
    outputFile: { json: 'test-artifacts/long-results.json' },
  },
});
