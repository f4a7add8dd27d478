import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readArn } from '../../src/snapshots/arn.ts';
import { runs } from '../support/runs.ts';

const part = <Value extends string>(...usual: readonly Value[]) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...usual) },
    { weight: 1, arbitrary: fc.constantFrom('', ':', 'A', '1') },
  );
const arns = fc
  .tuple(
    part('arn'),
    part('aws', 'aws-cn'),
    part('redshift', 'rds'),
    part('us-east-1', 'us-east-11'),
    part('123456789012', '123456789013'),
    part('snapshot:sales/daily', 'cluster-snapshot:rds:daily', 'x', '::'),
  )
  .map((parts) => parts.join(':'));

/** Parses an ARN with one pattern, without what was parsed before. */
function expected(text: string) {
  const [, partition, name, region, account, resource] =
    /^arn:(aws[a-z-]*):(redshift|rds):([a-z0-9-]+):(\d{12}):(.*[^:].*)$/s.exec(text) ?? [];
  return name && { partition, services: [name === 'redshift' ? 'REDSHIFT' : 'DOCUMENTDB'], region, account, resource };
}

it('an ARN is parsed in the same way after any other ARN', () => {
  fc.assert(
    fc.property(fc.array(arns, { maxLength: 20 }), (texts) => {
      for (const text of texts) expect(readArn(text)).toEqual(expected(text));
    }),
    { numRuns: runs(500, 50_000) },
  );
});
