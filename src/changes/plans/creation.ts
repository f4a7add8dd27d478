import type { ClusterRecord } from '../../snapshots/cluster.ts';
import type { Maybe } from '../../snapshots/maybe.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import type { Tag } from '../../snapshots/tag.ts';
import { OutcomeUnknownError, SnapgateError } from '../../errors.ts';
import { isReservedTagKey, type Rules } from '../input/rules.ts';
import type { Call } from './call.ts';
import { once } from './once.ts';
import type { Plan } from './plan.ts';

/** The creation of a resource by this process, while it is in flight. */
interface Creation {
  /** Whether no other creation of the same name in the same source was in flight at the same time. */
  isAlone: boolean;
}

/** The creations in flight of this process. */
export interface Creations {
  /** By source, kind of resource, and name. */
  readonly inFlight: Map<string, Set<Creation>>;
  /** Returns the time of AWS. */
  now(): Date;
}

/** Returns the creations of a process that has started none yet. */
export function createCreations(now: () => Date): Creations {
  return { inFlight: new Map(), now };
}

export interface NewName {
  /** What has the name, in a message; a snapshot if omitted. Names are unique among resources of the same kind. */
  readonly resource?: string;
  readonly creations: Creations;
  readonly source: Source;
  readonly identifier: string;
}

interface CreationReading<Output, Result> {
  fromAnswer(output: Output): Result | undefined;
  /** Finds the new resource: undefined if there is none. It must be compared with what was sent since `startedAt`. */
  readBack(startedAt: Date): Promise<{ readonly found: Result; readonly isAsSent: boolean } | undefined>;
}

/**
 * Plans a call that creates a resource. The name was free before the call, but after a lost response, a resource with
 * this name can be that of another caller: throws OUTCOME_UNKNOWN if it is not as it was sent, or if another creation
 * of this name was in flight in this process.
 */
export function planCreation<Output, Result>(
  { creations, resource = 'snapshot', source, identifier }: NewName,
  call: Call<Output>,
  { fromAnswer, readBack }: CreationReading<Output, Result>,
): Plan<Result> {
  const key = `${source.key} ${resource} ${identifier.toLowerCase()}`;
  const run = async () => {
    const own = enter(creations, key);
    const startedAt = creations.now();
    const reading = {
      fromAnswer,
      readBack: async () => {
        const read = await readBack(startedAt);
        if (read === undefined || (read.isAsSent && own.isAlone)) return read?.found;
        throw new OutcomeUnknownError(`the ${resource} ${identifier} that was read back may be that of another caller`);
      },
    };
    return once(call, reading).finally(() => leave(creations, key, own));
  };
  return { calls: [call.planned], run };
}

function enter({ inFlight }: Creations, key: string): Creation {
  const others = inFlight.get(key) ?? new Set();
  for (const other of others) other.isAlone = false;
  const own = { isAlone: others.size === 0 };
  inFlight.set(key, others.add(own));
  return own;
}

function leave({ inFlight }: Creations, key: string, own: Creation): void {
  const all = inFlight.get(key);
  all?.delete(own);
  if (all?.size === 0) inFlight.delete(key);
}

/** What a creation has sent to AWS. */
export interface Sent {
  readonly clusterIdentifier: string;
  readonly clusterCreatedAt: Maybe<Date>;
  readonly tags: readonly Tag[];
  /** Undefined for a copy, which can keep the creation time of its source. */
  readonly startedAt?: Date;
}

/** AWS rounds the creation time of a cluster differently in its operations; in milliseconds. */
const clusterTimeTolerance = 1_000;
/** By how much the clocks of the gateway and AWS can differ, in milliseconds. */
export const clockTolerance = 60_000;

/** Whether a snapshot that was found can be the one that was sent; a value that AWS does not report is no difference. */
export function isAsSent(found: SnapshotRecord, tags: readonly Tag[], sent: Sent, rules: Rules): boolean {
  const { kind } = found;
  const [createdAt, clusterCreatedAt] = [kind.createdAt(found), kind.clusterCreatedAt(found)];
  const own = (some: readonly Tag[]) =>
    some.filter(({ key }) => !isReservedTagKey(key, rules)).map(({ key, value }) => JSON.stringify([key, value]));
  return (
    kind.type(found) === 'MANUAL' &&
    kind.clusterIdentifier(found).toLowerCase() === sent.clusterIdentifier.toLowerCase() &&
    (clusterCreatedAt == null ||
      sent.clusterCreatedAt == null ||
      Math.abs(clusterCreatedAt.getTime() - sent.clusterCreatedAt.getTime()) <= clusterTimeTolerance) &&
    (createdAt == null ||
      sent.startedAt === undefined ||
      createdAt.getTime() >= sent.startedAt.getTime() - clockTolerance) &&
    own(tags).toSorted().join() === own(sent.tags).toSorted().join()
  );
}

/**
 * Whether a copy that was found can have the key that was sent; a key that AWS does not report is no difference. If AWS
 * KMS does not say which key the sent alias is of, the copy counts as one under another key.
 */
export async function hasKeySent(
  found: SnapshotRecord,
  { copyKeyArn }: { copyKeyArn(): Promise<string | undefined> },
): Promise<boolean> {
  const key = found.kind.kmsKeyId(found);
  if (key == null) return true;
  try {
    const sent = await copyKeyArn();
    return sent === undefined || sent === key;
  } catch (error) {
    if (error instanceof SnapgateError) return false;
    throw error;
  }
}

/** Returns the name and creation time of the cluster of a new snapshot. */
export function clusterSent(cluster: ClusterRecord): Pick<Sent, 'clusterIdentifier' | 'clusterCreatedAt'> {
  return { clusterIdentifier: cluster.kind.identifier(cluster), clusterCreatedAt: cluster.kind.createdAt(cluster) };
}

/** Returns the name and creation time of the cluster of a copy, which are those of the source snapshot. */
export function clusterCopied(snapshot: SnapshotRecord): Pick<Sent, 'clusterIdentifier' | 'clusterCreatedAt'> {
  const { kind } = snapshot;
  return { clusterIdentifier: kind.clusterIdentifier(snapshot), clusterCreatedAt: kind.clusterCreatedAt(snapshot) };
}
