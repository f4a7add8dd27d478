import { InvalidInputError, NotFoundError } from '../../errors.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import { decodeGlobalId, type GlobalId } from '../../snapshots/global-id.ts';
import type { Permission } from '../../snapshots/permission.ts';
import type { AwsRecord } from '../../snapshots/record.ts';
import { recordTypeOf, type ServiceName } from '../../snapshots/service.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { GuardedBackend } from '../requirements/guarded.ts';

/** A record that an input names by its global id. */
export interface Target<Row> {
  /** The change backend of the record's service. */
  readonly backend: GuardedBackend;
  /** Reads the record; throws NOT_FOUND if it does not exist or the principal cannot see it. */
  read(): Promise<Row>;
}

/**
 * Finds the records that inputs name. Throws INVALID_INPUT with `field` for an invalid id or one of another type, and
 * FORBIDDEN if the principal can see the record but lacks the permission for the change.
 */
export interface Targets {
  cluster(id: string, field: readonly string[]): Target<ClusterRecord>;
  snapshot(id: string, field: readonly string[]): Target<SnapshotRecord>;
}

export interface TargetsOptions {
  /** The permission that the change requires for the record. */
  readonly permission: Permission;
  readonly backendOf: (service: ServiceName) => GuardedBackend;
  /** Reads a record by its id; null if it does not exist or the principal cannot see it. */
  readonly node: (id: GlobalId) => Promise<object | null>;
  readonly requirePermission: (permission: Permission, record: AwsRecord) => Promise<void>;
}

/** Creates the targets of one change, limited to the records that the principal can see. */
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
        `${field.slice(1).join('.')} is the id of a ${named.typename}; it must be the id of a ${kind}.`,
        field,
      );
    }
    return {
      backend: backendOf(type.service),
      read: async () => {
        const found = await node(named).catch((error: unknown) => at(field, () => raise(error)));
        if (found === null) {
          throw new NotFoundError(
            `The ${kind} ${named.id} was not found. Check the id, whether the ${kind} was deleted, and whether you have the permission to read it.`,
          );
        }
        // The type name in the global id determines the type of the node.
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

/** Adds the path of the input field to an InvalidInputError about an id. */
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
