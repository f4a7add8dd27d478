import type { DescribeClusterSnapshotsCommandInput } from '@aws-sdk/client-redshift';
import type { Usage } from '../../../aws/usage.ts';
import { type AwsAnswer, findInPages, firstOf, noneIfNotFound } from '../../../fleet/backend.ts';
import { after, type MaybePromise, orElse } from '../../../snapshots/maybe.ts';
import type { Source } from '../../../snapshots/source.ts';
import { type RedshiftSnapshot, redshiftSnapshotKind } from '../snapshot-kind.ts';

type Input = DescribeClusterSnapshotsCommandInput;
type Answer = AwsAnswer<RedshiftSnapshot>;

/** Reads one page, and adds its rows to the loader unless they are read for all requests. */
export type Describe = (source: Source, input: Input, usage?: Usage, isForAll?: boolean) => MaybePromise<Answer>;

/**
 * Reads a page of the snapshots with one name, which is the same name in any case. AWS does not document whether it
 * finds names in any case, so a name with capitals is read as given and, unless AWS found it in lowercase, in lowercase.
 */
export function readNamed(read: (input: Input) => MaybePromise<Answer>, input: Input): MaybePromise<Answer> {
  return after(
    orElse(() => read(input), noneIfNotFound),
    (given) => withLowercase(read, input, given),
  );
}

function withLowercase(
  read: (input: Input) => MaybePromise<Answer>,
  input: Input,
  given: Answer,
): MaybePromise<Answer> {
  const name = input.SnapshotIdentifier?.toLowerCase() ?? '';
  const isFound = given.rows.some((row) => row?.aws.SnapshotIdentifier === name);
  if (input.SnapshotIdentifier === name || isFound || given.marker || input.Marker) return given;
  const inLowercase = orElse(() => read({ ...input, SnapshotIdentifier: name }), noneIfNotFound);
  return after(inLowercase, (lower) => {
    const known = new Set(given.rows.map(arnOf));
    return {
      rows: [...given.rows, ...lower.rows.filter((row) => !known.has(arnOf(row)))],
      marker: lower.marker,
      fetchedAt: given.fetchedAt,
      flaw: given.flaw ?? lower.flaw,
    };
  });
}

/**
 * Finds a snapshot by its name, in any case, and its owner, by default the source's account; null if there is none.
 */
export function findNamed(
  describe: Describe,
  source: Source,
  identifier: string,
  owner = source.account,
): MaybePromise<RedshiftSnapshot | null> {
  const input = { SnapshotIdentifier: identifier, ...(owner !== source.account && { OwnerAccount: owner }) };
  const found = findInPages(
    (Marker) => readNamed((asked) => describe(source, asked), { ...input, ...(Marker && { Marker }) }),
    (page) => page.rows.find((row) => row?.aws.SnapshotIdentifier === identifier) ?? firstOf(page) ?? undefined,
  );
  return after(found, (row) => row ?? null);
}

/**
 * Reads a page of a list, which can be the list of one cluster; no rows if AWS knows no such cluster. Rejects if AWS does
 * not continue the list of a cluster, because records of it are missing.
 */
export function readOfCluster(read: (input: Input) => MaybePromise<Answer>, input: Input): MaybePromise<Answer> {
  return orElse(
    () => read(input),
    (error): MaybePromise<Answer> => {
      const none = noneIfNotFound(error);
      if (input.ClusterIdentifier === undefined) return none;
      // A deleted cluster can still have snapshots, which AWS documents only for ClusterExists=false.
      const ofDeleted = () => read({ ...input, ClusterExists: false });
      return input.Marker === undefined ? orElse(ofDeleted, noneIfNotFound) : ofDeleted();
    },
  );
}

function arnOf(row: RedshiftSnapshot | null): string | null {
  return row && redshiftSnapshotKind.arn(row);
}
