import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['*.test.ts'],
    globalSetup: ['setup.ts', 'typed-setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    // The tests share one gateway and the faults of its emulator.
    fileParallelism: false,
  },
});
