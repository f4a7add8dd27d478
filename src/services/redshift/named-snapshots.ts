import type { DescribeClusterSnapshotsCommandInput } from '@aws-sdk/client-redshift';
import type { Usage } from '../../aws/usage.ts';
import { type AwsAnswer, noneIfNotFound } from '../../fleet/backend.ts';
import type { Source } from '../../snapshots/source.ts';
import { type RedshiftSnapshot, redshiftSnapshotKind } from './snapshot-kind.ts';

type Input = DescribeClusterSnapshotsCommandInput;
type Answer = AwsAnswer<RedshiftSnapshot>;

/** Reads one page, and adds its rows to the loader unless they are read for all requests. */
export type Describe = (source: Source, input: Input, usage?: Usage, isForAll?: boolean) => Promise<Answer>;

/**
 * Reads a page of the snapshots with one name, which is the same name in any case. AWS does not document whether it
 * finds names in any case, so a name with capitals is read as given and, unless AWS found it in lowercase, in lowercase.
 */
export async function readNamed(read: (input: Input) => Promise<Answer>, input: Input): Promise<Answer> {
  const given = await read(input).catch(noneIfNotFound);
  const name = input.SnapshotIdentifier?.toLowerCase() ?? '';
  const isFound = given.rows.some((row) => row?.aws.SnapshotIdentifier === name);
  if (input.SnapshotIdentifier === name || isFound || given.marker || input.Marker) return given;
  const lower = await read({ ...input, SnapshotIdentifier: name }).catch(noneIfNotFound);
  const known = new Set(given.rows.map(arnOf));
  return {
    rows: [...given.rows, ...lower.rows.filter((row) => !known.has(arnOf(row)))],
    marker: lower.marker,
    fetchedAt: given.fetchedAt,
    flaw: given.flaw ?? lower.flaw,
  };
}

/** Reads a page of a list, which can be the list of one cluster; no rows if AWS knows no such cluster. */
export async function readOfCluster(read: (input: Input) => Promise<Answer>, input: Input): Promise<Answer> {
  return read(input).catch((error: unknown) => {
    const none = noneIfNotFound(error);
    if (input.ClusterIdentifier === undefined) return none;
    // A deleted cluster can still have snapshots, which AWS documents only for ClusterExists=false.
    return read({ ...input, ClusterExists: false }).catch(noneIfNotFound);
  });
}

function arnOf(row: RedshiftSnapshot | null): string | null {
  return row && redshiftSnapshotKind.arn(row);
}
