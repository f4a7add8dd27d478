import { InvalidInputError, SnapgateError } from '../../errors.ts';
import type { Source } from '../../graphql/source.ts';
import { parseArn } from '../../snapshots/arn.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { Sources } from '../sources.ts';

/** The source of an account that an ARN names; INVALID_INPUT where none is configured. */
export function requireSource(sources: Sources, arn: string, viewer?: string): Source {
  const { account, region, service } = parseArn(arn);
  const source = sources.at(viewer ?? account, region, service);
  if (source) return requirePartition(source, arn);
  throw new InvalidInputError(
    `No source is configured for ${service} in account ${viewer ?? account} and region ${region}, where ${JSON.stringify(arn)} points; see \`sources\`.`,
    ['arn'],
  );
}

/**
 * Finds a snapshot by its ARN. Its owner knows best, where it is configured and answers; otherwise all configured
 * accounts of its region are asked, for it may be shared with one of them. Rejects where nobody who could see it answers.
 */
export async function findSnapshot(
  sources: Sources,
  snapshotIn: (source: Source, arn: string) => Promise<SnapshotRecord | null>,
  arn: string,
): Promise<SnapshotRecord | null> {
  const { account, region, service } = parseArn(arn);
  const owner = sources.at(account, region, service);
  const others = sources.all.filter((each) => each.region === region && each.service === service && each !== owner);
  const read = (source: Source) => snapshotIn(source, arn);
  const [any] = owner ? [owner] : others;
  if (any === undefined) return read(requireSource(sources, arn));
  requirePartition(any, arn);

  const [own] = await Promise.allSettled(owner ? [read(owner)] : []);
  if (own?.status === 'fulfilled') return own.value;
  if (own && isRefusal(own.reason)) throw own.reason;
  const seen = await Promise.allSettled(others.map(read));
  const found = seen.find((each) => each.status === 'fulfilled' && each.value !== null);
  if (found?.status === 'fulfilled') return found.value;
  const failed = own ?? seen.find((each) => each.status === 'rejected');
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
