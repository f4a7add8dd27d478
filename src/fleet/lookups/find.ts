import { InvalidInputError, SnapgateError } from '../../errors.ts';
import { parseArn, parseSentArn } from '../../snapshots/arn.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import type { GlobalId } from '../../snapshots/global-id.ts';
import { after, type MaybePromise, orElse } from '../../snapshots/maybe.ts';
import type { RecordType, ServiceName } from '../../snapshots/service.ts';
import { readViewKey, type SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import type { Sources } from '../sources.ts';

/** Reads a record of a source by its ARN; null if it does not exist. */
type ReadIn<Row> = (source: Source, arn: string) => MaybePromise<Row | null>;

/**
 * Returns the source of an ARN: of `service`, if several services share the ARN namespace, and in the account `viewer`,
 * if another account sees the record. Throws INVALID_INPUT if no such source is configured.
 */
export function requireSource(sources: Sources, arn: string, service?: ServiceName, viewer?: string): Source {
  const { account, region, services } = parseArn(arn);
  const seenBy = viewer ?? account;
  const candidates = service === undefined ? services : [service];
  const [source] = candidates.flatMap((each) => sources.at(seenBy, region, each) ?? []);
  if (source) return requirePartition(source, arn);
  throw new InvalidInputError(
    `No source is configured for ${candidates.join(' or ')} in account ${seenBy} and region ${region}, so ${JSON.stringify(arn)} cannot be read. Query \`sources\` for the configured sources.`,
    ['arn'],
  );
}

/** Returns the source and ARN of an id. The type of the id determines the service, which an ARN may not. */
export function locate(sources: Sources, { typename, id }: GlobalId, { service, resource }: RecordType) {
  const { arn, viewer } = resource === 'snapshot' ? readViewKey(id) : { arn: id };
  if (parseArn(arn).services.includes(service)) return { arn, source: requireSource(sources, arn, service, viewer) };
  // An id assembled by hand can combine a type with any ARN.
  requireSource(sources, arn, undefined, viewer);
  throw new InvalidInputError(
    `The id has the type ${typename}, but ${JSON.stringify(id)} is not the ARN of a ${typename}. Use an id that snapgate returned.`,
    ['id'],
  );
}

/** Finds a cluster by its ARN, in all services that share the ARN namespace. */
export function findCluster(sources: Sources, clusterIn: ReadIn<ClusterRecord>, arn: string) {
  const { account, region, services } = parseSentArn(arn);
  const configured = services.flatMap((service) => sources.at(account, region, service) ?? []);
  if (configured.length === 0) requireSource(sources, arn);
  return firstFound(configured, (source) => clusterIn(requirePartition(source, arn), arn));
}

/**
 * Finds a snapshot by its ARN, in all services that share the ARN namespace. Reads the source of the owner; if that
 * source is not configured or fails, reads all configured accounts in the region, because the snapshot may be shared
 * with one of them. Rejects if no source that could see the snapshot responds.
 */
export function findSnapshot(sources: Sources, snapshotIn: ReadIn<SnapshotRecord>, arn: string) {
  const { account, region, services } = parseSentArn(arn);
  const candidates = services
    .map((service) => ({
      owner: sources.at(account, region, service),
      others: sources.all.filter(
        (each) => each.region === region && each.service === service && each.account !== account,
      ),
    }))
    .filter(({ owner, others }) => owner !== undefined || others.length > 0);
  if (candidates.length === 0) requireSource(sources, arn);
  return firstFound(candidates, ({ owner, others }) => {
    const read = (source: Source) => snapshotIn(requirePartition(source, arn), arn);
    if (owner === undefined) return anyFound(others, read);
    return orElse(
      () => read(owner),
      (error) => foundElsewhere(error, others, read),
    );
  });
}

/** Reads the other sources after the owner's has failed; throws its error if none of them has the record. */
async function foundElsewhere<Row>(
  failure: unknown,
  others: readonly Source[],
  read: (source: Source) => MaybePromise<Row | null>,
): Promise<Row> {
  if (isRefusal(failure)) throw failure;
  const found = await anyFound(others, read).catch(() => null);
  if (found) return found;
  throw failure;
}

/** Returns the first record found, in sequence. Rejects if no candidate has the record and one of them failed. */
export function firstFound<Candidate, Row>(
  candidates: readonly Candidate[],
  read: (candidate: Candidate) => MaybePromise<Row | null>,
): MaybePromise<Row | null> {
  const failures: unknown[] = [];
  const from = (index: number): MaybePromise<Row | null> => {
    const candidate = candidates[index];
    if (index === candidates.length || candidate === undefined) return none();
    const found = orElse<Row | null, undefined>(
      () => read(candidate),
      (error) => void failures.push(error),
    );
    return after(found, (row) => row ?? from(index + 1));
  };
  const none = () => {
    // A service that rejects the format of the ARN is ignored if another service accepts the format.
    const failure = failures.find((each) => !isRefusal(each));
    if (failure !== undefined || failures.length === candidates.length) throw failure ?? failures[0];
    return null;
  };
  return from(0);
}

/** Reads all sources concurrently and returns a record found. Rejects if none has the record and one of them failed. */
async function anyFound<Row>(
  sources: readonly Source[],
  read: (source: Source) => MaybePromise<Row | null>,
): Promise<Row | null> {
  const { rows, failed } = await readAll(sources, read);
  const [found] = rows;
  if (found === undefined && failed) throw failed.reason;
  return found ?? null;
}

/** Reads a record in all sources concurrently. Returns what was found, and the first failure. */
export async function readAll<Row>(
  sources: readonly Source[],
  read: (source: Source) => MaybePromise<Row | null>,
): Promise<{ readonly rows: readonly Row[]; readonly failed: PromiseRejectedResult | undefined }> {
  const results = await Promise.allSettled(sources.map(async (source) => read(source)));
  const rows = results.flatMap((each) => (each.status === 'fulfilled' && each.value !== null ? [each.value] : []));
  return { rows, failed: results.find((each) => each.status === 'rejected') };
}

/** Throws INVALID_INPUT for an ARN with a wrong partition: AWS does not check it, because the lookup is by name. */
export function requirePartition(source: Source, arn: string): Source {
  const { partition, region } = parseArn(arn);
  if (partition === source.partition) return source;
  throw new InvalidInputError(
    `${JSON.stringify(arn)} is in the partition ${partition}, but ${region} is in the partition ${source.partition}. Correct the ARN.`,
    ['arn'],
  );
}

function isRefusal(reason: unknown): boolean {
  return reason instanceof SnapgateError && reason.code === 'INVALID_INPUT';
}
