import { defineConfig } from 'vitest/config';
import { slowTests } from './test/support/slow-tests.ts';

// `npm run clients` tests the clients, which are a package of their own.
const exclude = ['test/clients/**', '**/node_modules/**'];

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...exclude, ...(process.env['FAST'] ? slowTests(exclude) : [])],
    setupFiles: ['test/support/setup.ts'],
    benchmark: { include: ['test/bench/**/*.bench.ts'] },
    // These timeouts only end tests that hang: next to ten other busy processes, a test takes ten times as long.
    testTimeout: 600_000,
    hookTimeout: 300_000,
    // A shared CI machine can stall once. The report names each retried test.
    retry: process.env['CI'] ? 1 : 0,
    expect: { poll: { timeout: 120_000 } },
    // Test files share the modules of their worker, because loading the SDK for each file takes longer than the tests.
    // Each file must therefore close what it starts and restore the timers that it fakes.
    isolate: false,
    // More than the processors of a small machine, because some tests wait for time to pass.
    maxWorkers: 4,
    // The same flag as in `npm start`: most allocations of a test are short-lived.
    execArgv: ['--max-semi-space-size=64'],
    // Tests set all AWS settings themselves: no AWS setting of the machine may reach an SDK client.
    env: {
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      // The AWS SDK v2, with which the emulator is tested, otherwise prints that it is no longer developed.
      AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: '1',
    },
  },
  // Otherwise Vite loads graphql's "development" build and Node.js the default build, and graphql rejects objects of
  // another copy.
  ssr: { resolve: { conditions: ['node', 'import', 'module-sync', 'default'] } },
});
