import { defineConfig } from 'vitest/config';

/** Tests that need programs which a fresh machine may not have. */
export default defineConfig({
  test: {
    include: ['tests/soak/**/*.soak.ts'],
    globalSetup: ['tests/support/engines-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
