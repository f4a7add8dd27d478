import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/setup.ts'],
    benchmark: { include: ['test/bench/**/*.bench.ts'] },
    // These end a test that hangs. With ten other busy processes, a test takes ten times as long.
    testTimeout: 600_000,
    hookTimeout: 300_000,
    // There, one stall of a shared machine is no news; a test that was tried twice is named in the report.
    retry: process.env['CI'] ? 1 : 0,
    expect: { poll: { timeout: 120_000 } },
    // Files share their worker's modules, as loading the SDK for each would take longer than the tests: each closes what
    // it starts and puts back any timer that it fakes.
    isolate: false,
    // One more than the processors of a small machine, as some tests wait for a time to be over.
    maxWorkers: 4,
    // As `npm start` has it: most of what a test allocates is garbage soon.
    execArgv: ['--max-semi-space-size=64'],
    // Tests own their AWS settings: nothing on the machine may reach an SDK client.
    env: {
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    },
  },
  // Vite would resolve graphql's "development" build and Node its default one: two copies, two realms.
  ssr: { resolve: { conditions: ['node', 'import', 'module-sync', 'default'] } },
});
