import { pageInput } from '../../../fleet/backend.ts';
import type { KnownLength, KnownLengths } from '../../../fleet/lookups/known-length.ts';
import type { ReadSource } from '../../../fleet/lookups/source-loader.ts';
import { matchResource, parseArn } from '../../../snapshots/arn.ts';
import { after, type MaybePromise, orElse, together } from '../../../snapshots/maybe.ts';
import type { Source } from '../../../snapshots/source.ts';
import { type Listed, listWhileCheaper } from './list-or-lookup.ts';
import { type Describe, findNamed, readOfCluster } from './named-snapshots.ts';
import { type RedshiftSnapshot, redshiftSnapshotKind } from '../snapshot-kind.ts';

/** Snapshots by their ARNs, in lowercase: null if there is none, or why it is unknown. */
type Known = Map<string, RedshiftSnapshot | Error | null>;

/**
 * Reads snapshots by ARN, in any case. Lists the account's own snapshots, or those of a cluster, as long as that is
 * expected to take fewer calls than lookups, and looks up all others one by one.
 */
export function readByArn(describe: Describe, lengths: KnownLengths): ReadSource<RedshiftSnapshot | null> {
  return (source, arns, usage) => {
    const ownDescribe: Describe = (...asked) => describe(asked[0], asked[1], usage);
    const own = new Set(arns.filter((arn) => parseArn(arn).account === source.account).map(fold));
    return after(listOwn(ownDescribe, source, [...own], lengths), (known) =>
      together(
        arns.map((arn): MaybePromise<RedshiftSnapshot | Error | null> => {
          const found = known.get(fold(arn));
          if (found !== undefined) return found;
          return orElse<RedshiftSnapshot | null, Error>(
            () => findByArn(ownDescribe, source, arn),
            (error) => error as Error,
          );
        }),
      ),
    );
  };
}

/** Returns the input of the list of all snapshots of a source, or of those of one cluster. */
export function listInput(cluster: string | undefined): { ClusterIdentifier?: string } {
  return cluster === undefined ? {} : { ClusterIdentifier: fold(cluster) };
}

/** Lists the snapshots with these ARNs, as far as that is expected to take fewer calls than lookups. */
function listOwn(
  describe: Describe,
  source: Source,
  arns: readonly string[],
  lengths: KnownLengths,
): MaybePromise<Known> {
  if (arns.length < 2) return new Map();
  const lengthOf = (cluster?: string) => lengths.of(source, listInput(cluster));
  const whole = lengthOf();
  // Unlike the list of a cluster, the whole list also shows which snapshots do not exist.
  const isShort = whole?.isExact && whole.pages === 1;
  /** The list of a cluster that is known to be long, but not how long, can take more calls than the lookups. */
  const isListable = (cluster: string) => cluster !== '' && (lengthOf(cluster)?.isExact ?? true);
  const callsOfCluster = ([cluster, own]: [string, readonly string[]]) =>
    isShort || !isListable(cluster) ? own.length : Math.min(own.length, lengthOf(cluster)?.pages ?? 1);
  const all = listWhileCheaper({
    read: (marker) => describe(source, pageInput(marker)),
    nameOf,
    names: arns,
    lookupsFor: (names) => sumOf([...Map.groupBy(names, clusterIn)].map(callsOfCluster)),
    known: longest([whole, ...[...new Set(arns.map(clusterIn))].map(lengthOf)]),
  });
  return after(all, ({ rows, rest }) => {
    const known: Known = new Map(rows);
    const missing = arns.filter((arn) => !rows.has(arn));
    if (rest !== undefined) {
      for (const arn of missing) known.set(arn, rest);
      return known;
    }
    const groups = [...Map.groupBy(missing, clusterIn)].filter(([cluster]) => isListable(cluster));
    const lists = groups.map(([cluster, own]) =>
      after(listOfCluster(describe, source, cluster, own, lengthOf(cluster)), (ofCluster) => {
        for (const [arn, row] of ofCluster.rows) known.set(arn, row);
        // A snapshot that is not in the list of the cluster in its ARN can exist, so it is looked up.
        if (ofCluster.rest) for (const arn of own) if (!known.has(arn)) known.set(arn, ofCluster.rest);
      }),
    );
    return after(together(lists), () => known);
  });
}

function listOfCluster(
  describe: Describe,
  source: Source,
  cluster: string,
  names: readonly string[],
  known: KnownLength | undefined,
): MaybePromise<Listed<RedshiftSnapshot>> {
  const input = listInput(cluster);
  return listWhileCheaper({
    read: (marker) => readOfCluster((asked) => describe(source, asked), { ...input, ...pageInput(marker) }),
    nameOf,
    names,
    lookupsFor: ({ length }) => length,
    known,
  });
}

/** Returns what is known about the length of a list, of which the other lists are parts. */
function longest([whole, ...parts]: readonly (KnownLength | undefined)[]): KnownLength | undefined {
  if (whole?.isExact) return whole;
  const pages = Math.max(0, ...[whole, ...parts].map((each) => each?.pages ?? 0));
  return pages === 0 ? undefined : { pages, isExact: false };
}

function findByArn(describe: Describe, source: Source, arn: string): MaybePromise<RedshiftSnapshot | null> {
  return after(findNamed(describe, source, identifierOf(arn), parseArn(arn).account), (found) =>
    found && nameOf(found) === fold(arn) ? found : null,
  );
}

/** Returns the identifier in the ARN of a snapshot; throws INVALID_INPUT for another kind of ARN. */
export function identifierOf(arn: string): string {
  const [, identifier = ''] = matchResource(
    arn,
    /^snapshot:[^/]*\/(.+)$/,
    'Amazon Redshift snapshot',
    'arn:aws:redshift:us-east-1:123456789012:snapshot:sales/sales-2026-03-01',
  );
  return identifier;
}

/** Returns the cluster in the ARN of a snapshot. */
function clusterIn(arn: string): string {
  return /^snapshot:([^/]*)\//.exec(parseArn(arn).resource)?.[1] ?? '';
}

function nameOf(row: RedshiftSnapshot): string {
  return fold(redshiftSnapshotKind.arn(row));
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}

function fold(name: string): string {
  return name.toLowerCase();
}
