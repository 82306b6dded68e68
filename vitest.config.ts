import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Nothing is kept between files but compiled modules: each test opens a newsroom of its own.
    isolate: false,
    maxWorkers: 2,
    // As the product is started: threads and modules load in a fraction of the time.
    execArgv: ['--import', import.meta.resolve('./scripts/preload.mjs')],
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/support/engines-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
