import {
  CreateDBInstanceCommand,
  type CreateDBInstanceMessage,
  DescribeDBInstancesCommand,
  type DBInstance,
  DescribeOrderableDBInstanceOptionsCommand,
} from '@aws-sdk/client-docdb';
import type { PlannedCall } from '../../../changes/plans/call.ts';
import { inOrder, type Plan, planOne } from '../../../changes/plans/plan.ts';
import type { InstanceBackend, PreparedInstances } from '../../../changes/restores/backend.ts';
import { check } from '../../../changes/restores/checks.ts';
import type { Judgment } from '../../../fleet/questions/restore-checks.ts';
import { AlreadyExistsError, InvalidInputError, SnapgateError } from '../../../errors.ts';
import type { RestoreCheck } from '../../../errors/restore-checks.ts';
import { pageInput, readRows } from '../../../fleet/backend.ts';
import { after } from '../../../snapshots/maybe.ts';
import type { Source } from '../../../snapshots/source.ts';
import { fromTags, type Tag } from '../../../snapshots/tag.ts';
import type { DocumentDBCluster } from '../cluster-kind.ts';
import { documentDBEngine } from '../engine.ts';
import type { DocumentDBRequest } from '../request.ts';
import { type InstanceOptions, instanceProblems, readInstances } from './restore-options.ts';

/** A cluster for which instances are created. */
interface Owner {
  readonly source: Source;
  readonly identifier: string;
  readonly tags: readonly Tag[];
}

/** CreateDBInstance accepts fewer tags than a cluster can have. */
const mostTags = 10;
const longestName = 63;

/** Returns the names of the instances of a cluster: its name and a number, shortened to the length that AWS allows. */
export function namesOf(cluster: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const end = `-${index + 1}`;
    return `${cluster.slice(0, longestName - end.length).replace(/-$/, '')}${end}`;
  });
}

/** https://docs.aws.amazon.com/documentdb/latest/developerguide/API_CreateDBInstance.html */
function instanceInputs({ identifier, tags }: Owner, options: InstanceOptions): CreateDBInstanceMessage[] {
  const own = fromTags(tags)
    .toSorted((one, other) => (one.Key < other.Key ? -1 : 1))
    .slice(0, mostTags);
  return namesOf(identifier, options.count ?? 1).map((name) => ({
    DBInstanceIdentifier: name,
    DBInstanceClass: options.class,
    Engine: documentDBEngine,
    DBClusterIdentifier: identifier,
    ...(options.caCertificate != null && { CACertificateIdentifier: options.caCertificate }),
    ...(own.length > 0 && { Tags: own }),
  }));
}

/** The calls that create the instances of a cluster that AWS is restoring. */
export function remainingInstances(owner: Owner, options: InstanceOptions | null | undefined): PlannedCall[] {
  if (options == null) return [];
  return instanceInputs(owner, options).map((input) => ({
    source: owner.source,
    action: 'CreateDBInstance',
    parameters: JSON.stringify(input),
  }));
}

/** The creation of instances of clusters that exist. */
export function createDocumentDBInstances(request: DocumentDBRequest): InstanceBackend<DocumentDBCluster> {
  return {
    problems: instanceProblems,
    prepare: (cluster, given) => prepare(request, cluster, readInstances(given)),
  };
}

async function prepare(
  request: DocumentDBRequest,
  cluster: DocumentDBCluster,
  options: InstanceOptions,
): Promise<PreparedInstances> {
  const { source, kind, aws } = cluster;
  const identifier = kind.identifier(cluster);
  const wanted = namesOf(identifier, options.count ?? 1);
  const [existing, own, offered] = await Promise.all([
    readInstancesOf(request, source, { Name: 'db-instance-id', Values: wanted }),
    request.instances.load(source, identifier.toLowerCase()),
    checkClass(request, source, {
      version: aws.EngineVersion,
      name: options.class,
      field: ['input', 'instances', 'class'],
    }),
  ]);
  requireNotTaken(existing, identifier);
  if (offered.verdict === 'NO') throw new InvalidInputError(offered.message, offered.field ?? []);
  const tags = await request.tags.load(source, kind.arn(cluster));
  const known = new Set(own.map(nameOf));
  const inputs = instanceInputs({ source, identifier, tags }, options).filter(
    ({ DBInstanceIdentifier: name = '' }) => !known.has(name),
  );
  const plans = inputs.map((input) => planInstance(request, source, input));
  const last = plans.pop();
  return {
    gains: { class: options.class, count: known.size + inputs.length },
    plan: last ? inOrder(plans, last) : { calls: [], run: async () => {} },
  };
}

/** Checks that AWS offers an instance class for an engine version. */
export function checkClass(
  { connect, usage }: DocumentDBRequest,
  source: Source,
  { version, name, field }: { version: string | undefined; name: string; field: string[] },
): Promise<RestoreCheck> {
  return check('INSTANCE_CLASS_OFFERED', field, async (): Promise<Judgment> => {
    const input = {
      Engine: documentDBEngine,
      DBInstanceClass: name,
      ...(version !== undefined && { EngineVersion: version }),
    };
    const { output } = await connect(source).read(DescribeOrderableDBInstanceOptionsCommand, input, usage);
    const isOffered = (output.OrderableDBInstanceOptions ?? []).some(({ DBInstanceClass }) => DBInstanceClass === name);
    const what = `instance class ${name} for the engine version ${version ?? '(unknown)'}`;
    if (isOffered) return ['YES', `AWS offers the ${what}.`];
    // The class can be on another page.
    if (output.Marker) return ['UNKNOWN', `AWS did not list the ${what} on the first page.`];
    return ['NO', `AWS does not offer the ${what} in region ${source.region}. Choose another class.`];
  });
}

/** Throws ALREADY_EXISTS if an instance with one of the names belongs to another cluster, or to none. */
function requireNotTaken(existing: readonly DBInstance[], cluster: string): void {
  const taken = takenBy(existing, cluster);
  if (taken === null) return;
  throw new AlreadyExistsError(
    `The name ${taken} is already in use by an instance that does not belong to cluster ${cluster}. Delete that instance, or restore to a cluster with another name.`,
  );
}

/** Returns the name of the first instance that does not belong to a cluster; null if there is none. */
export function takenBy(existing: readonly DBInstance[], cluster: string): string | null {
  const other = existing.find(
    ({ DBClusterIdentifier }) => DBClusterIdentifier?.toLowerCase() !== cluster.toLowerCase(),
  );
  return other ? nameOf(other) : null;
}

/**
 * Reads the instances that a filter selects, of every engine of the control plane of Amazon RDS.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/API_DescribeDBInstances.html
 */
export async function readInstancesOf(
  { connect, usage }: DocumentDBRequest,
  source: Source,
  filter: { readonly Name: string; readonly Values: string[] },
): Promise<readonly DBInstance[]> {
  const { rows, failure } = await readRows((marker) =>
    after(
      connect(source).read(DescribeDBInstancesCommand, { Filters: [filter], ...pageInput(marker) }, usage),
      ({ output, fetchedAt }) => ({ rows: output.DBInstances ?? [], marker: output.Marker, fetchedAt }),
    ),
  );
  if (failure) throw failure;
  return rows;
}

function planInstance(request: DocumentDBRequest, source: Source, input: CreateDBInstanceMessage): Plan<void> {
  const { sender, afresh } = request;
  const { DBInstanceIdentifier: name = '', DBClusterIdentifier: cluster, DBInstanceClass } = input;
  const plan = planOne(sender.call(source, new CreateDBInstanceCommand(input)), {
    fromAnswer: ({ DBInstance: made }) => made && true,
    readBack: async () => {
      const found = await readInstancesOf(afresh(), source, { Name: 'db-instance-id', Values: [name] });
      const isSame = found.some(
        (each) => each.DBClusterIdentifier === cluster && each.DBInstanceClass === DBInstanceClass,
      );
      return isSame || undefined;
    },
  });
  return { calls: plan.calls, run: async () => void (await plan.run().catch(unlessCreated(request, source, input))) };
}

/** Ignores that the instance exists if another request has created the same one in the meantime. */
function unlessCreated(request: DocumentDBRequest, source: Source, input: CreateDBInstanceMessage) {
  return async (error: unknown) => {
    if (!(error instanceof SnapgateError) || error.code !== 'ALREADY_EXISTS') throw error;
    const { DBInstanceIdentifier: name = '', DBClusterIdentifier: cluster = '' } = input;
    const found = await readInstancesOf(request.afresh(), source, { Name: 'db-instance-id', Values: [name] });
    if (found.length === 0 || takenBy(found, cluster) !== null) throw error;
  };
}

function nameOf({ DBInstanceIdentifier }: DBInstance): string {
  return DBInstanceIdentifier ?? '';
}
