import { InvalidInputError, SnapgateError } from '../../errors.ts';
import { parseArn } from '../../snapshots/arn.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import type { ServiceName } from '../../snapshots/service.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import type { Sources } from '../sources.ts';

/** Reads a record of a source by its ARN; null when AWS does not know it. */
type ReadIn<Row> = (source: Source, arn: string) => Promise<Row | null>;

/**
 * The source that an ARN names, of a service where several share its namespace, seen by another account where a viewer
 * is given; INVALID_INPUT where none is configured.
 */
export function requireSource(sources: Sources, arn: string, service?: ServiceName, viewer?: string): Source {
  const { account, region, services } = parseArn(arn);
  const seenBy = viewer ?? account;
  const candidates = service === undefined ? services : [service];
  const [source] = candidates.flatMap((each) => sources.at(seenBy, region, each) ?? []);
  if (source) return requirePartition(source, arn);
  throw new InvalidInputError(
    `No source is configured for ${candidates.join(' or ')} in account ${seenBy} and region ${region}, where ${JSON.stringify(arn)} points; see \`sources\`.`,
    ['arn'],
  );
}

/** Finds a cluster by its ARN, in whichever service of its namespace has it. */
export function findCluster(sources: Sources, clusterIn: ReadIn<ClusterRecord>, arn: string) {
  const { account, region, services } = parseArn(arn);
  const configured = services.flatMap((service) => sources.at(account, region, service) ?? []);
  if (configured.length === 0) requireSource(sources, arn);
  return firstFound(configured, (source) => clusterIn(requirePartition(source, arn), arn));
}

/**
 * Finds a snapshot by its ARN, in whichever service of its namespace has it. Its owner knows best, where it is
 * configured and answers; otherwise all configured accounts of its region are asked, for it may be shared with one of
 * them. Rejects where no source that could see it answers.
 */
export function findSnapshot(sources: Sources, snapshotIn: ReadIn<SnapshotRecord>, arn: string) {
  const { account, region, services } = parseArn(arn);
  const candidates = services
    .map((service) => ({
      owner: sources.at(account, region, service),
      others: sources.all.filter(
        (each) => each.region === region && each.service === service && each.account !== account,
      ),
    }))
    .filter(({ owner, others }) => owner !== undefined || others.length > 0);
  if (candidates.length === 0) requireSource(sources, arn);
  return firstFound(candidates, async ({ owner, others }) => {
    const read = (source: Source) => snapshotIn(requirePartition(source, arn), arn);
    if (owner === undefined) return anyFound(others, read);
    return read(owner).catch(async (error: unknown) => {
      if (isRefusal(error)) throw error;
      const found = await anyFound(others, read).catch(() => null);
      if (found) return found;
      throw error;
    });
  });
}

/** The first record found, one candidate after the other; rejects where none has it and one of them could not say. */
async function firstFound<Candidate, Row>(
  candidates: readonly Candidate[],
  read: (candidate: Candidate) => Promise<Row | null>,
): Promise<Row | null> {
  const failures: unknown[] = [];
  for (const candidate of candidates) {
    const found = await read(candidate).catch((error: unknown) => void failures.push(error));
    if (found) return found;
  }
  // A candidate whose ARNs look different refuses this one, which says nothing where another takes it.
  const failure = failures.find((each) => !isRefusal(each));
  if (failure !== undefined || failures.length === candidates.length) throw failure ?? failures[0];
  return null;
}

/** A record that one of the sources has, all asked at the same time; rejects where none has it and one did not answer. */
async function anyFound<Row>(
  sources: readonly Source[],
  read: (source: Source) => Promise<Row | null>,
): Promise<Row | null> {
  const seen = await Promise.allSettled(sources.map(read));
  const found = seen.find((each) => each.status === 'fulfilled' && each.value !== null);
  if (found?.status === 'fulfilled') return found.value;
  const failed = seen.find((each) => each.status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
  return null;
}

/** A region is in one partition, which AWS does not ask for when it is asked by name. */
function requirePartition(source: Source, arn: string): Source {
  const { partition, region } = parseArn(arn);
  if (partition === source.partition) return source;
  throw new InvalidInputError(
    `${JSON.stringify(arn)} is in the partition ${partition}, and ${region} is in ${source.partition}.`,
    ['arn'],
  );
}

function isRefusal(reason: unknown): boolean {
  return reason instanceof SnapgateError && reason.code === 'INVALID_INPUT';
}
