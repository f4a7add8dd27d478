import type { Backend, ManualSnapshotQuota } from '../../fleet/backend.ts';
import { clusterIdentifierOf } from '../../snapshots/arn.ts';
import { derivedOnce, lazily } from '../../snapshots/lazily.ts';
import type { MaybePromise } from '../../snapshots/maybe.ts';
import { isSnapshot, type NodeRecord } from '../../snapshots/record.ts';
import type { Source } from '../../snapshots/source.ts';
import { isOwn } from '../../snapshots/snapshot.ts';
import { toTags } from '../../snapshots/tag.ts';
import type { RedshiftCluster } from './cluster-kind.ts';
import { checkRedshiftRestore } from './recovery/report-checks.ts';
import type { RedshiftRequest } from './request.ts';
import { commonParts } from '../backend-parts.ts';
import { type RedshiftSnapshot, sharesIn } from './snapshot-kind.ts';
import { identifierOf } from './lookups/snapshots-by-arn.ts';

/** https://docs.aws.amazon.com/redshift/latest/mgmt/amazon-redshift-limits.html */
const manualSnapshotQuota: ManualSnapshotQuota = {
  standard: 20,
  counted: { input: { SnapshotType: 'manual' }, pushed: new Set(['types']) },
};

function clusterNameIn(arn: string): string {
  return clusterIdentifierOf(arn, 'Amazon Redshift cluster', 'arn:aws:redshift:us-east-1:123456789012:cluster:sales');
}

const ownTags = derivedOnce(({ aws }: RedshiftSnapshot | RedshiftCluster) => toTags(aws.Tags ?? []));

/** How each of the service's `otherTypes` is read by its name. */
const otherNodes: Readonly<
  Record<string, (request: RedshiftRequest, source: Source, name: string) => MaybePromise<NodeRecord | null>>
> = {
  SnapshotSchedule: ({ schedules }, source, name) => schedules.load(source, name),
  TableRestore: ({ tableRestores }, source, name) => tableRestores.load(source, name),
};

/** The fleet's backend for Amazon Redshift, for one request. Snapshots include their tags and shares. */
export const createRedshiftBackend: (request: RedshiftRequest) => Backend<RedshiftSnapshot, RedshiftCluster> = lazily<
  Backend<RedshiftSnapshot, RedshiftCluster>,
  RedshiftRequest
>({
  ...commonParts<RedshiftSnapshot, RedshiftCluster>(clusterNameIn, identifierOf),
  snapshot:
    ({ seed }) =>
    (source, arn, isAlone) =>
      seed.snapshots.byArn.load(source, arn, isAlone),
  schedules: ({ seed }) => seed.schedules,
  otherNode:
    ({ seed }) =>
    (source, typename, name) =>
      otherNodes[typename]?.(seed, source, name) ?? null,
  tagsOf: () => (record) => (isSnapshot(record) && !isOwn(record) ? null : ownTags(record)),
  sharingOf: () => (snapshot) => (isOwn(snapshot) ? sharesIn(snapshot) : null),
  restoreChecks:
    ({ seed }) =>
    (cluster, snapshot) =>
      snapshot === null ? [] : checkRedshiftRestore(seed.requirements, cluster, snapshot),
  clustersPerCall: () => 1,
  manualSnapshotQuota: () => manualSnapshotQuota,
  hasSizes: () => true,
});
