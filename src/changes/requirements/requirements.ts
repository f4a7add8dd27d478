import type { Rights } from '../../access/rights.ts';
import { AlreadyExistsError, ForbiddenError, InvalidStateError, NotSupportedError } from '../../errors.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import { isOwn, type SnapshotRecord, type SnapshotStatus, snapshotStatus } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import type { ChangeBackend } from '../backend.ts';
import type { Rules } from '../input/rules.ts';

const neverAvailable: readonly SnapshotStatus[] = ['DELETING', 'DELETED', 'FAILED', 'CANCELLED'];

/** AWS takes snapshots only of available clusters, some of which have a second word, as in `available, prep-for-resize`. */
export function requireAvailable(cluster: ClusterRecord): void {
  const status = cluster.kind.status(cluster);
  if (status.startsWith('available')) return;
  throw new InvalidStateError(
    `The cluster ${cluster.kind.identifier(cluster)} is ${status}; a snapshot can be taken only of an available one. Wait until it is, then ask again.`,
  );
}

/** A snapshot has to be whole before something can be done with it; `done` completes "can be …". */
export function requireAvailableSnapshot(snapshot: SnapshotRecord, done: string): void {
  const status = snapshotStatus(snapshot);
  if (status === 'AVAILABLE') return;
  const advice = neverAvailable.includes(status)
    ? 'It will not become available; choose another one.'
    : 'Follow it with snapshotProgress until it is, then ask again.';
  throw new InvalidStateError(
    `The snapshot ${snapshot.kind.identifier(snapshot)} is ${snapshot.kind.rawStatus(snapshot)}; only an available one can be ${done}. ${advice}`,
  );
}

/** What another account shares can be restored and copied here, and nothing else; `verb` completes "can …". */
export function requireOwn(snapshot: SnapshotRecord, verb: string): void {
  if (isOwn(snapshot)) return;
  throw new ForbiddenError(
    `The snapshot ${snapshot.kind.identifier(snapshot)} belongs to account ${snapshot.kind.ownerAccountId(snapshot)}, and only that account can ${verb} it.`,
  );
}

/** Automated snapshots are AWS's own; `done` completes "can be …", and `reason` says what happens to them. */
export function requireManual(snapshot: SnapshotRecord, done: string, reason: string): void {
  if (snapshot.kind.type(snapshot) !== 'AUTOMATED') return;
  throw new InvalidStateError(
    `The snapshot ${snapshot.kind.identifier(snapshot)} is automated, and only manual ones can be ${done}: ${reason}.`,
  );
}

/** No snapshot, of whatever cluster, may have the name of a new one; which one has it is told to those who see it. */
export async function requireFree(
  backend: Pick<ChangeBackend, 'find'>,
  source: Source,
  name: string,
  rights: Rights,
): Promise<void> {
  const taken = await backend.find(source, name);
  if (taken === null) return;
  const where = `account ${source.account}, region ${source.region}`;
  throw new AlreadyExistsError(
    (await rights.sees(taken))
      ? `A snapshot ${taken.kind.identifier(taken)} exists in ${where}: ${taken.kind.arn(taken)}. Choose another identifier, or delete that one first.`
      : `The identifier ${name} is taken in ${where}. Choose another one.`,
  );
}

/** A service without retention keeps every manual snapshot until it is deleted. */
export function requireRetention({ hasRetention, serviceName }: Rules): void {
  if (hasRetention) return;
  throw new NotSupportedError(
    `${serviceName} keeps manual snapshots until they are deleted and knows no retention. Leave the days out.`,
  );
}
