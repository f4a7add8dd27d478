import type { Context } from '../../context.ts';
import { InvalidInputError, NotFoundError } from '../../errors.ts';
import type { Permission } from '../../graphql/permission.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import { decodeGlobalId } from '../../snapshots/global-id.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { ChangeableApi, ChangeBackend } from '../backend.ts';

/** Something that an input names by its global id. */
export interface Target<Row> {
  /** Of the service that it belongs to. */
  readonly backend: ChangeBackend;
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

/** Targets as the principal of a request sees them, for a change that needs this permission. */
export function createTargets(apis: readonly ChangeableApi[], permission: Permission, ctx: () => Context): Targets {
  const target = <Row extends SnapshotRecord | ClusterRecord>(
    kind: 'cluster' | 'snapshot',
    id: string,
    field: readonly string[],
  ): Target<Row> => {
    const named = at(field, () => decodeGlobalId(id));
    const api = apis.find(({ backend }) => backend.typenames[kind] === named.typename);
    if (api === undefined) {
      throw new InvalidInputError(
        `${field.slice(1).join('.')} is the id of a ${named.typename}; give that of a ${kind}.`,
        field,
      );
    }
    return {
      backend: api.changes,
      read: async () => {
        const found = await ctx()
          .fleet.node(named)
          .catch((error: unknown) => at(field, () => raise(error)));
        if (found === null) {
          throw new NotFoundError(`There is no ${kind} ${named.id}. Check its id and whether it was deleted.`);
        }
        // The type in front of the id decides the kind of the node.
        const record = found as Row;
        await ctx().rights.require(permission, record);
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
