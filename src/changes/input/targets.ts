import { InvalidInputError, NotFoundError, withField } from '../../errors.ts';
import type { Lookups } from '../../fleet/lookups/lookups.ts';
import type { Named } from '../../fleet/lookups/named.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import type { Maybe } from '../../snapshots/maybe.ts';
import type { Permission } from '../../snapshots/permission.ts';
import type { AwsRecord } from '../../snapshots/record.ts';
import type { ServiceName } from '../../snapshots/service.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { GuardedBackend } from '../requirements/guarded.ts';

/** The part of every input that selects the account whose view of the named snapshots and clusters is meant. */
export interface ViewedInput {
  readonly account?: Maybe<string>;
}

/** A record that an input names by its global id or its ARN. */
export interface Target<Row> {
  /** Returns the change backend of the record's service. Reads the record only if its ARN does not determine the service. */
  findBackend(): Promise<GuardedBackend>;
  /** Reads the record once; throws NOT_FOUND if it does not exist or the principal cannot see it. */
  see(): Promise<Row>;
  /** The same as `see`; throws FORBIDDEN if the principal lacks the permission for the change. */
  read(): Promise<Row>;
  /** Reads the record again, after calls that can have changed it; null if it no longer exists. */
  readonly readAgain: () => Promise<Row | null>;
}

/**
 * Finds the records that inputs name. Throws INVALID_INPUT with `field` for an invalid id or ARN or one of another type.
 */
export interface Targets {
  cluster(id: string, field: readonly string[]): Target<ClusterRecord>;
  snapshot(id: string, field: readonly string[]): Target<SnapshotRecord>;
  /** Returns the change backend of the source of a record. */
  backendOf(record: Pick<AwsRecord, 'source'>): GuardedBackend;
}

export interface TargetsOptions {
  /** The permission that the change requires for the record. */
  readonly permission: Permission;
  /** The `account` of the input. */
  readonly account: Maybe<string>;
  readonly backendOf: (service: ServiceName) => GuardedBackend;
  readonly lookups: Pick<Lookups, 'namedSnapshot' | 'namedCluster'>;
  readonly requirePermission: (permission: Permission, record: AwsRecord) => Promise<void>;
}

/** Creates the targets of one change, limited to the records that the principal can see. */
export function createTargets({ permission, account, backendOf, lookups, requirePermission }: TargetsOptions): Targets {
  const target = <Row extends AwsRecord>(
    kind: 'cluster' | 'snapshot',
    field: readonly string[],
    name: () => Named<Row>,
  ): Target<Row> => {
    const named = at(field, name);
    const find = async () => {
      const record = await named.read().catch((error: unknown) => at(field, () => raise(error)));
      if (record === null) {
        throw new NotFoundError(
          `The ${kind} ${named.arn} was not found in ${accountsIn(named)}. Check the id or the ARN, whether the ${kind} was deleted, and whether you have the permission to read it.`,
        );
      }
      return record;
    };
    let found: Promise<Row> | undefined;
    const see = () => (found ??= find());
    let allowed: Promise<void> | undefined;
    const read = async () => {
      const record = await see();
      await (allowed ??= requirePermission(permission, record));
      return record;
    };
    return {
      findBackend: async () => {
        const [service, ...others] = named.services;
        return backendOf(service === undefined || others.length > 0 ? (await read()).source.service : service);
      },
      see,
      read,
      readAgain: () => named.read(),
    };
  };
  return {
    cluster: (id, field) => target('cluster', field, () => lookups.namedCluster(id, account)),
    snapshot: (id, field) => target('snapshot', field, () => lookups.namedSnapshot(id, account)),
    backendOf: ({ source }) => backendOf(source.service),
  };
}

function accountsIn({ candidates }: Named<AwsRecord>): string {
  const [account, ...others] = new Set(candidates.flat().map((source) => source.account));
  return others.length === 0 ? `account ${account}` : 'any configured account';
}

/** Moves an InvalidInputError to the path of the input field: that of the id, or `account`. */
export function at<Result>(field: readonly string[], read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    const isOfAccount = error instanceof InvalidInputError && error.field[0] === 'account';
    throw withField(error, isOfAccount ? ['input', 'account'] : field);
  }
}

function raise(error: unknown): never {
  throw error;
}
