import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Nothing is kept between files but compiled modules: each test opens a newsroom of its own.
    isolate: false,
    maxWorkers: 2,
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/support/engines-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
