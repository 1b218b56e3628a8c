import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // For what hangs; a slow machine is none of a test's business.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
