import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { makeSnapshots } from '../support/worlds.ts';
import { runs } from '../support/runs.ts';

const list = /* GraphQL */ `
  query ($service: Service!) {
    snapshots(filter: { services: [$service] }) {
      isComplete
      nodes {
        identifier
      }
      sources {
        error {
          code
        }
      }
    }
  }
`;

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
  await gateway.load({ snapshots: [...makeSnapshots('REDSHIFT', 2), ...makeSnapshots('DOCUMENTDB', 2)] });
});
beforeEach(() => gateway.disturb());
afterAll(() => gateway.close());

const pastTheEnd = 5000;

async function listDamaged(service: string, rule: Parameters<Gateway['disturb']>[0]) {
  await gateway.disturb(rule);
  const { data, errors } = await gateway.query(list, { service });
  expect(errors).toBeUndefined();
  return data.snapshots;
}

describe.each(['REDSHIFT', 'DOCUMENTDB'])('a damaged response of %s', (service) => {
  it('is requested again', async () => {
    await gateway.calls();
    const { isComplete, nodes } = await listDamaged(service, { kind: 'cut', bytes: 300, times: 1 });
    expect({ isComplete, length: nodes.length }).toEqual({ isComplete: true, length: 2 });
    expect(await gateway.calls()).toHaveLength(2);
  });

  it('is an error wherever it is truncated, and never a shorter list', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: pastTheEnd }), async (bytes) => {
        const { isComplete, nodes, sources } = await listDamaged(service, { kind: 'cut', bytes });
        if (isComplete) expect(nodes).toHaveLength(2);
        else expect({ nodes, sources }).toEqual({ nodes: [], sources: [{ error: { code: 'UPSTREAM' } }] });
      }),
      { numRuns: runs(30, 2000) },
    );
  });
});

// In a response of Amazon RDS, a damaged engine can look like another engine, which cannot be detected.
it('returns an error or the complete list for a response of REDSHIFT with a damaged byte', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(pastTheEnd), fc.integer({ min: 1, max: 255 }), async (byte, mask) => {
      const { isComplete, nodes, sources } = await listDamaged('REDSHIFT', { kind: 'flip', byte, mask });
      if (isComplete) expect(nodes).toHaveLength(2);
      else expect(sources).toEqual([{ error: { code: 'UPSTREAM' } }]);
    }),
    { numRuns: runs(40, 5000) },
  );
});
