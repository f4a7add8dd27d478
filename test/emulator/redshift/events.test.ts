import {
  CopyClusterSnapshotCommand,
  CreateClusterCommand,
  CreateClusterSnapshotCommand,
  DeleteClusterCommand,
  DeleteClusterSnapshotCommand,
  DescribeEventsCommand,
  ModifyClusterCommand,
  PauseClusterCommand,
  RestoreFromClusterSnapshotCommand,
  type DescribeEventsCommandInput,
} from '@aws-sdk/client-redshift';
import { beforeEach, describe, expect, it } from 'vitest';

import { home, useEmulator } from '../../support/emulator.ts';
import { failure } from './failure.ts';

// https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeEvents.html, and the ids and texts of
// https://docs.aws.amazon.com/cli/latest/reference/redshift/describe-event-categories.html

const here = { service: 'redshift', account: home, region: 'us-east-1' } as const;
const cluster = { ...here, ClusterIdentifier: 'mycluster' };
const mine = { ClusterIdentifier: 'mycluster' };
const automated = 'rs:mycluster-2026-06-01-00-00-00';

const emulator = await useEmulator();
const client = emulator.redshift();
beforeEach(() =>
  emulator.load({
    now: '2026-06-01T12:00:00.000Z',
    frozen: true,
    parameterGroups: [{ ...here, ParameterGroupName: 'reporting' }],
    clusters: [cluster],
    snapshots: [
      { ...cluster, SnapshotIdentifier: 'kept' },
      { ...cluster, SnapshotIdentifier: automated },
    ],
  }),
);

const list = async (input: DescribeEventsCommandInput = {}) =>
  (await client.send(new DescribeEventsCommand(input))).Events ?? [];
const ids = async (input: DescribeEventsCommandInput = {}) =>
  (await list(input)).map(({ EventId }) => EventId?.replace('REDSHIFT-EVENT-', ''));
const advance = (advanceSeconds: number) => emulator.control('POST', 'clock', { advanceSeconds });
const create = (SnapshotIdentifier: string) =>
  client.send(new CreateClusterSnapshotCommand({ ...mine, SnapshotIdentifier }));

describe('an event', () => {
  it('has the members of the AWS CLI example of describe-events, and of a category', async () => {
    await create('new');
    expect(await list()).toEqual([
      {
        SourceIdentifier: 'new',
        SourceType: 'cluster-snapshot',
        Message: 'Cluster snapshot new for cluster mycluster started at 2026-06-01 12:00 UTC.',
        EventCategories: ['management'],
        Severity: 'INFO',
        Date: new Date('2026-06-01T12:00:00Z'),
        EventId: 'REDSHIFT-EVENT-2009',
      },
    ]);
  });

  it.each<[string, () => Promise<unknown>, string[]]>([
    ['a new snapshot', () => create('new'), ['2009', '3004']],
    [
      'a copied snapshot',
      () =>
        client.send(
          new CopyClusterSnapshotCommand({ SourceSnapshotIdentifier: automated, TargetSnapshotIdentifier: 'copy' }),
        ),
      ['2009', '3004'],
    ],
    [
      'a deleted snapshot',
      () => client.send(new DeleteClusterSnapshotCommand({ SnapshotIdentifier: 'kept' })),
      ['2011'],
    ],
    [
      'a new cluster',
      () =>
        client.send(
          new CreateClusterCommand({
            ClusterIdentifier: 'new',
            NodeType: 'ra3.large',
            MasterUsername: 'boss',
            ManageMasterPassword: true,
          }),
        ),
      ['2000'],
    ],
    // "REDSHIFT-EVENT-2008 sent when the restore process begins. REDSHIFT-EVENT-3003 sent when the new cluster has been
    // created": https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-snapshots.html
    [
      'a restored cluster',
      () =>
        client.send(new RestoreFromClusterSnapshotCommand({ ClusterIdentifier: 'clone', SnapshotIdentifier: 'kept' })),
      ['2008', '3003'],
    ],
    [
      'a deleted cluster',
      () => client.send(new DeleteClusterCommand({ ...mine, FinalClusterSnapshotIdentifier: 'final' })),
      ['2012', '3005', '2001'],
    ],
    ['a resize', () => client.send(new ModifyClusterCommand({ ...mine, NumberOfNodes: 4 })), ['2006', '3002']],
    ['a new name', () => client.send(new ModifyClusterCommand({ ...mine, NewClusterIdentifier: 'new' })), ['2013']],
    [
      'a new parameter group',
      () => client.send(new ModifyClusterCommand({ ...mine, ClusterParameterGroupName: 'reporting' })),
      ['1001'],
    ],
    ['a pause', () => client.send(new PauseClusterCommand(mine)), ['3618', '3619']],
  ])('is recorded for %s, when it has happened', async (_, call, expected) => {
    await call();
    expect((await ids()).length).toBeLessThanOrEqual(expected.length);
    await advance(3000);
    expect(await ids()).toEqual(expected);
  });
});

describe('events', () => {
  it('are those of the last hour, and of at most 14 days', async () => {
    await create('first');
    await advance(3600);
    await create('second');
    await advance(60);
    expect((await list()).map(({ SourceIdentifier }) => SourceIdentifier)).toEqual(['second', 'second']);
    await advance(3600);
    expect(await ids()).toEqual([]);
    expect(await ids({ Duration: 120 })).toHaveLength(2);
    const StartTime = new Date('2026-06-01T12:00:00Z');
    expect(await ids({ StartTime })).toHaveLength(4);
    expect(await ids({ StartTime, EndTime: new Date('2026-06-01T12:30:00Z') })).toHaveLength(2);
    await advance(14 * 86_400);
    expect(await ids({ StartTime })).toEqual([]);
  });

  it('are selected by their source', async () => {
    await create('one');
    await create('two');
    await client.send(new ModifyClusterCommand({ ...mine, ClusterParameterGroupName: 'reporting' }));
    expect(await ids({ SourceType: 'cluster-snapshot', SourceIdentifier: 'one' })).toEqual(['2009']);
    expect(await ids({ SourceType: 'cluster-snapshot' })).toEqual(['2009', '2009']);
    expect(await ids({ SourceType: 'cluster', SourceIdentifier: 'mycluster' })).toEqual(['1001']);
  });

  it('are listed in pages', async () => {
    for (let index = 0; index < 15; index += 1) {
      // oxlint-disable-next-line no-await-in-loop -- the order matters
      await create(`s${index}`);
    }
    await advance(60);
    const first = await client.send(new DescribeEventsCommand({ MaxRecords: 20 }));
    const second = await client.send(new DescribeEventsCommand({ MaxRecords: 20, Marker: first.Marker }));
    expect([first.Events?.length, second.Events?.length, second.Marker]).toEqual([20, 10, undefined]);
  });

  it.each<[string, DescribeEventsCommandInput, string]>([
    ['a source without its type', { SourceIdentifier: 'mycluster' }, 'InvalidParameterCombination'],
    ['a duration of more than 14 days', { Duration: 14 * 24 * 60 + 1 }, 'InvalidParameterValue'],
    [
      'an end before the start',
      { StartTime: new Date('2026-06-01T11:00:00Z'), EndTime: new Date('2026-06-01T10:00:00Z') },
      'InvalidParameterValue',
    ],
    ['a page of 101', { MaxRecords: 101 }, 'InvalidParameterValue'],
  ])('are not listed for %s', async (_, input, code) => {
    expect(await failure(list(input))).toMatchObject({ code });
  });

  it('need a source with their type if an option says so, as the reference does', async () => {
    await emulator.load({ assumptions: { redshiftEventTypeNeedsSource: true } });
    expect(await failure(list({ SourceType: 'cluster' }))).toMatchObject({ code: 'InvalidParameterCombination' });
  });
});
