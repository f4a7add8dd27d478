import { beforeEach, describe, expect, it } from 'vitest';
import { snapshotsPage } from '../support/listed-snapshots.ts';
import { serviceNames } from '../support/services.ts';
import { errorAnswer, useStaticUpstream } from '../support/static-upstream.ts';

const fixed = useStaticUpstream();

const document = `query ($first: Int!, $after: String, $filter: SnapshotFilter) {
  snapshots(first: $first, after: $after, filter: $filter) {
    isComplete nodes { identifier } pageInfo { endCursor } sources { error { code } }
  }
}`;

describe.each(serviceNames)('a list of %s', (service) => {
  const filter = { services: [service] };
  const numbered = (from: number) => Array.from({ length: 20 }, (_, index) => `s${from + index}`);
  let markers: Record<string, 'valid' | 'expired' | 'denied'>;
  beforeEach(() => {
    markers = { one: 'valid', two: 'valid' };
    fixed.upstream.answer(({ Marker }) => {
      if (Marker === undefined) return snapshotsPage(service, numbered(0), 'one');
      if (markers[Marker] === 'expired') return errorAnswer('InvalidParameterValue', 400);
      if (markers[Marker] === 'denied') return errorAnswer('AccessDenied', 403);
      return Marker === 'one' ? snapshotsPage(service, numbered(20), 'two') : snapshotsPage(service, numbered(40));
    });
  });

  it.each([20, 25])('rejects a cursor whose Marker AWS no longer accepts, after %d records', async (first) => {
    const { data } = await fixed.gateway.query(document, { first, filter });
    const after = data.snapshots.pageInfo.endCursor;
    markers = { one: 'expired', two: 'expired' };
    const { errors } = await fixed.gateway.query(document, { first: 5, after, filter });
    expect(errors).toMatchObject([
      {
        message: '`after` has expired: AWS no longer accepts the Marker of this position. Start again without `after`.',
        extensions: { code: 'INVALID_INPUT', field: ['after'], fault: 'InvalidParameterValue' },
      },
    ]);
  });

  it('rejects no cursor because AWS refuses a Marker that it returned in the same request', async () => {
    const { data } = await fixed.gateway.query(document, { first: 20, filter });
    const after = data.snapshots.pageInfo.endCursor;
    markers['two'] = 'expired';
    const answer = await fixed.gateway.query(document, { first: 30, after, filter });
    expect(answer.errors).toBeUndefined();
    expect(answer.data.snapshots.nodes).toHaveLength(20);
    expect(answer.data.snapshots).toMatchObject({ isComplete: false, sources: [{ error: { code: 'INVALID_INPUT' } }] });
  });

  it('reports other failures of the first page of a request for the source', async () => {
    const { data } = await fixed.gateway.query(document, { first: 20, filter });
    markers['one'] = 'denied';
    const answer = await fixed.gateway.query(document, { first: 5, after: data.snapshots.pageInfo.endCursor, filter });
    expect(answer.errors).toBeUndefined();
    expect(answer.data.snapshots).toMatchObject({ isComplete: false, sources: [{ error: { code: 'FORBIDDEN' } }] });
  });
});
