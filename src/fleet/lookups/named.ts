import { InvalidInputError, withAdvice, withField } from '../../errors.ts';
import { type Arn, isArn, parseArn, parseSentArn } from '../../snapshots/arn.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import { encodeGlobalId, type GlobalId, readGlobalId } from '../../snapshots/global-id.ts';
import type { Maybe, MaybePromise } from '../../snapshots/maybe.ts';
import type { AwsRecord } from '../../snapshots/record.ts';
import { type RecordType, recordTypeOf, type ServiceName, serviceTable } from '../../snapshots/service.ts';
import { noSuchSnapshot, snapshotKey, type SnapshotRecord, viewKey } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import type { FleetOptions } from '../options.ts';
import { notConfigured } from '../sources.ts';
import { firstFound, locate, readAll, requirePartition, requireSource } from './find.ts';

/** A snapshot or cluster that a client names by its id or its ARN. */
export interface Named<Row> {
  readonly arn: string;
  /** The services to which the record can belong: several only for an ARN in a namespace that they share. */
  readonly services: readonly ServiceName[];
  /**
   * The sources that can return the record, by service: several of one service only for the ARN of a snapshot whose
   * owner is not configured.
   */
  readonly candidates: readonly (readonly Source[])[];
  /**
   * Reads the record; null if it does not exist or the principal cannot see it. Throws INVALID_INPUT if several accounts
   * see a snapshot that none of them owns, and the error of an account that could see it.
   */
  read(): Promise<Row | null>;
}

/** What a client sends to name a record; without `account`, the id or ARN alone selects the source. */
interface Naming {
  readonly resource: RecordType['resource'];
  readonly id: string;
  readonly account?: Maybe<string>;
}

/**
 * Finds the sources that can return the record that an id or an ARN names, without an AWS call. Throws INVALID_INPUT
 * with the field `id` or `account`.
 */
export function nameRecord<Row extends AwsRecord>(
  options: Pick<FleetOptions, 'sources' | 'backendOf'>,
  naming: Naming,
  recordIn: (source: Source, arn: string) => MaybePromise<Row | null>,
): Named<Row> {
  const { arn, candidates } = sourcesOf(options, naming);
  return {
    arn,
    candidates,
    services: candidates.flatMap(([source]) => source?.service ?? []),
    read: async () => {
      const views = await firstFound(candidates, (sources) => viewsIn(sources, (source) => recordIn(source, arn)));
      const [record = null, ...others] = views ?? [];
      if (others.length > 0) throw seenBySeveral(arn, views ?? []);
      return record;
    },
  };
}

/**
 * Returns the ids under which a named snapshot can be read, one for each service to which it can belong. Reads it only
 * if several accounts could see it, and throws NOT_FOUND if none of them does.
 */
export async function idsOf({ arn, candidates, read }: Named<SnapshotRecord>): Promise<readonly GlobalId[]> {
  if (candidates.every(({ length }) => length === 1)) return candidates.flat().map((source) => idIn(source, arn));
  const found = await read();
  if (found === null) throw noSuchSnapshot();
  return [{ typename: found.__typename, id: snapshotKey(found) }];
}

/** Returns the ids under which a named cluster can be read, one for each service to which it can belong. */
export function clusterIdsOf({ arn, services }: Named<ClusterRecord>): readonly GlobalId[] {
  return services.map((service) => ({ typename: serviceTable[service].types.cluster, id: arn }));
}

type Located = Pick<Named<never>, 'arn' | 'candidates'>;

function sourcesOf(options: Pick<FleetOptions, 'sources' | 'backendOf'>, naming: Naming): Located {
  try {
    return isArn(naming.id) ? byArn(options, naming) : byId(options, naming);
  } catch (error) {
    // An error of an ARN has the field `arn`, which is an argument of other fields.
    if (!(error instanceof InvalidInputError) || error.field[0] === 'account') throw error;
    throw withField(error, ['id']);
  }
}

function byId(
  { sources, backendOf }: Pick<FleetOptions, 'sources' | 'backendOf'>,
  { resource, id, account }: Naming,
): Located {
  const global = readGlobalId(id);
  if (global.typename === '') {
    throw new InvalidInputError(
      `${JSON.stringify(id)} is neither an id of this API nor an ARN. Use an \`id\` that this API returned, or the ARN of a ${resource}.`,
      ['id'],
    );
  }
  const type = recordTypeOf(global.typename);
  if (type?.resource !== resource) {
    throw new InvalidInputError(
      `The id belongs to a ${global.typename}, not to a ${resource}. Use the id or the ARN of a ${resource}.`,
      ['id'],
    );
  }
  const { arn, source } = locate(sources, global, type);
  backendOf(source).requireArn(resource, arn);
  requireConfigured({ sources }, account);
  requireSame(account, source.account, `the id belongs to account ${source.account}`);
  return { arn, candidates: [[source]] };
}

function byArn(
  { sources, backendOf }: Pick<FleetOptions, 'sources' | 'backendOf'>,
  { resource, id: arn, account }: Naming,
): Located {
  const parsed = parseSentArn(arn);
  const { region } = parsed;
  const services = requireFormat(parsed, (service) => backendOf({ service }).requireArn(resource, arn));
  requireConfigured({ sources }, account);
  if (resource === 'cluster') {
    requireSame(account, parsed.account, `the cluster ${arn} belongs to account ${parsed.account}`);
  }
  const candidates = services.flatMap((service) => {
    const meant = sources.at(account ?? parsed.account, region, service);
    if (meant) return [[meant]];
    if (resource === 'cluster' || account != null) return [];
    const others = sources.all.filter((each) => each.region === region && each.service === service);
    return others.length > 0 ? [others] : [];
  });
  if (candidates.length === 0) requireSource(sources, arn, undefined, account ?? undefined);
  for (const source of candidates.flat()) requirePartition(source, arn);
  return { arn, candidates };
}

/** Returns the services that accept the format of an ARN; throws the error of the first service if none does. */
function requireFormat({ services }: Arn, check: (service: ServiceName) => void): readonly ServiceName[] {
  const refusals: unknown[] = [];
  const accepting = services.filter((service) => {
    try {
      check(service);
      return true;
    } catch (error) {
      refusals.push(error);
      return false;
    }
  });
  if (accepting.length === 0) throw refusals[0];
  return accepting;
}

/** Throws INVALID_INPUT with the field `account` if an input names an account that is not configured. */
export function requireConfigured({ sources }: Pick<FleetOptions, 'sources'>, account: Maybe<string>): void {
  if (account == null) return;
  const configured = new Set(sources.all.map((source) => source.account));
  if (configured.has(account)) return;
  throw notConfigured(`account is ${JSON.stringify(account)}`, configured, ['account']);
}

/** Throws INVALID_INPUT if an input names another account than that of its id or ARN; `what` says which that is. */
export function requireSame(account: Maybe<string>, actual: string, what: string): void {
  if (account == null || account === actual) return;
  throw new InvalidInputError(
    `account is ${JSON.stringify(account)}, but ${what}. Leave out account, or set it to ${JSON.stringify(actual)}.`,
    ['id'],
  );
}

/** Returns what each source sees; null if none sees the record. Rejects if a source fails that could be the only other. */
async function viewsIn<Row>(
  sources: readonly Source[],
  read: (source: Source) => MaybePromise<Row | null>,
): Promise<readonly Row[] | null> {
  const { rows: views, failed } = await readAll(sources, read);
  if (failed === undefined || views.length > 1) return views.length > 0 ? views : null;
  throw sources.length === 1
    ? failed.reason
    : withAdvice(
        failed.reason,
        'This account could see the snapshot, too: set account to the account whose view of the snapshot you mean.',
      );
}

function seenBySeveral(arn: string, views: readonly AwsRecord[]): InvalidInputError {
  const ids = views.map(({ source }) => {
    const { typename, id } = idIn(source, arn);
    return `account ${source.account} (id ${encodeGlobalId(typename, id)})`;
  });
  return new InvalidInputError(
    `Several configured accounts see the snapshot ${arn}: ${ids.join(', ')}. Set account to one of them, or use the id instead of the ARN.`,
    ['id'],
  );
}

function idIn({ service, account }: Source, arn: string): GlobalId {
  const isOwn = parseArn(arn).account === account;
  return { typename: serviceTable[service].types.snapshot, id: viewKey(arn, isOwn ? undefined : account) };
}
