import { InvalidInputError, NotFoundError } from '../../errors.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import { decodeGlobalId, type GlobalId } from '../../snapshots/global-id.ts';
import type { Permission } from '../../snapshots/permission.ts';
import type { AwsRecord } from '../../snapshots/record.ts';
import { recordTypeOf, type ServiceName } from '../../snapshots/service.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { GuardedBackend } from '../requirements/guarded.ts';

/** Something that an input names by its global id. */
export interface Target<Row> {
  /** Of the service that it belongs to. */
  readonly backend: GuardedBackend;
  /** Reads it; NOT_FOUND when AWS does not know it. */
  read(): Promise<Row>;
}

/**
 * Finds what inputs name; INVALID_INPUT, naming `field`, for an id of another kind, and FORBIDDEN for what the
 * principal sees but has no permission for.
 */
export interface Targets {
  cluster(id: string, field: readonly string[]): Target<ClusterRecord>;
  snapshot(id: string, field: readonly string[]): Target<SnapshotRecord>;
}

export interface TargetsOptions {
  /** What the change requires on the record that it names. */
  readonly permission: Permission;
  readonly backendOf: (service: ServiceName) => GuardedBackend;
  /** Reads what an id names, as far as the principal may see it. */
  readonly node: (id: GlobalId) => Promise<object | null>;
  readonly requirePermission: (permission: Permission, record: AwsRecord) => Promise<void>;
}

/** Targets as the principal of a request sees them. */
export function createTargets({ permission, backendOf, node, requirePermission }: TargetsOptions): Targets {
  const target = <Row extends AwsRecord>(
    kind: 'cluster' | 'snapshot',
    id: string,
    field: readonly string[],
  ): Target<Row> => {
    const named = at(field, () => decodeGlobalId(id));
    const type = recordTypeOf(named.typename);
    if (type?.resource !== kind) {
      throw new InvalidInputError(
        `${field.slice(1).join('.')} is the id of a ${named.typename}; give that of a ${kind}.`,
        field,
      );
    }
    return {
      backend: backendOf(type.service),
      read: async () => {
        const found = await node(named).catch((error: unknown) => at(field, () => raise(error)));
        if (found === null) {
          throw new NotFoundError(`There is no ${kind} ${named.id}. Check its id and whether it was deleted.`);
        }
        // The type in front of the id decides the kind of the node.
        const record = found as Row;
        await requirePermission(permission, record);
        return record;
      },
    };
  };
  return {
    cluster: (id, field) => target('cluster', id, field),
    snapshot: (id, field) => target('snapshot', id, field),
  };
}

/** Says of an error about an id in which field of the input that stands. */
function at<Result>(field: readonly string[], read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw error instanceof InvalidInputError ? new InvalidInputError(error.message, field) : error;
  }
}

function raise(error: unknown): never {
  throw error;
}
