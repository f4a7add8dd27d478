import { NormalizedSchema } from '@smithy/core/schema';
import { expect, test } from 'vitest';
import { readPlain } from '../../src/aws/protocol/xml-reader.ts';
import { fullPages, operations, sdk } from '../aws/answers.ts';

/** The average CPU time of `runs` runs, in milliseconds. */
function timed(read: () => unknown, runs: number): number {
  const start = process.cpuUsage();
  for (let run = 0; run < runs; run += 1) read();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000 / runs;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

test.each(fullPages)('reads a page of 100 records of %s several times faster than the SDK', (name, page) => {
  const output = operations.find((operation) => operation.name === name)?.output ?? NormalizedSchema.of('unit');
  const bytes = Buffer.from(page(100));
  const readBySdk = (): unknown => sdk.read(output, bytes, `${name}Result`);
  const readFast = (): unknown => readPlain(name, output, bytes);
  expect(readFast()).toStrictEqual(readBySdk());
  // Alternates between both, so that a busy machine slows both equally.
  const rounds = Array.from({ length: 11 }, () => ({ slow: timed(readBySdk, 5), fast: timed(readFast, 50) }));
  const slow = median(rounds.map((round) => round.slow));
  const fast = median(rounds.map((round) => round.fast));
  const ratio = median(rounds.map((round) => round.slow / round.fast));
  console.log(
    `${name}: SDK ${slow.toFixed(2)} ms, ours ${fast.toFixed(2)} ms: ${ratio.toFixed(1)} times faster (${bytes.length} bytes)`,
  );
});
