import type { ServiceName } from '../../support/services.ts';
import {
  arnOfCluster,
  arnOfSnapshot,
  mostInstances,
  mains,
  type ModelCluster,
  type ModelSnapshot,
  others,
  type RecoveryModel,
} from './recovery.ts';

/** A requested change of this model. */
export interface RecoveryStep {
  readonly mutation: string;
  readonly service: ServiceName;
  /** The name of the snapshot, cluster or schedule. */
  readonly name: string;
  /** The input without the id and `dryRun`. */
  readonly input: any;
}

export interface PlannedAction {
  readonly action: string;
  readonly parameters: object;
}

/** The expected outcome: one of the codes, or the effect if there are none. AWS can refuse the calls. */
export interface Outcome {
  readonly codes: ReadonlySet<string>;
  readonly calls: readonly PlannedAction[];
  /** The actual calls, if they differ from the planned calls. */
  readonly made?: readonly PlannedAction[];
  readonly remaining?: readonly PlannedAction[];
  /** The names of the snapshots that the gateway says AWS deletes. */
  readonly deleted?: readonly (string | null)[];
  effect(): void;
}

type Parts = Partial<Omit<Outcome, 'codes'>>;

export const refused = (...codes: string[]): Outcome => ({ codes: new Set(codes), calls: [], effect: () => {} });
export const accepted = (parts: Parts, codes: Iterable<string> = []): Outcome => ({
  codes: new Set(codes),
  calls: [],
  effect: () => {},
  ...parts,
});

const defaultGroup = 'sg-0a1b2c3d';
const longestName = 63;

/** The snapshot in the model that a step names. */
export function findSnapshot(model: RecoveryModel, { service, name }: RecoveryStep): ModelSnapshot | undefined {
  return [...model.snapshots].find((each) => each.service === service && each.name === name);
}

/** The cluster of the snapshots with this name. */
export function clusterOfName(service: ServiceName, name: string): string {
  return name.includes(others[service]) ? others[service] : mains[service];
}

type TagList = readonly { readonly key: string; readonly value: string }[];

const areTagsWrong = (tags: TagList) =>
  tags.some(({ key }) => key.startsWith('aws:')) || new Set(tags.map(({ key }) => key)).size < tags.length;

/** The given tags win over those of the cluster to resemble, which come first. */
function tagsAfter(given: TagList, like: ModelCluster | undefined): Record<string, string> {
  const own = Object.fromEntries(given.map(({ key, value }) => [key, value]));
  return { ...Object.fromEntries(Object.entries(like?.tags ?? {}).filter(([key]) => !(key in own))), ...own };
}

const toList = (tags: Readonly<Record<string, string>>) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

function isNameWrong(service: ServiceName, name: string): boolean {
  return !(service === 'REDSHIFT' ? /^[a-z](-?[a-z0-9])*$/ : /^[a-zA-Z](-?[a-zA-Z0-9])*$/).test(name);
}

function instanceCalls(
  cluster: string,
  tags: Readonly<Record<string, string>>,
  { class: DBInstanceClass, count }: { class: string; count: number },
): (PlannedAction & { readonly name: string })[] {
  const Tags = toList(tags).toSorted((one, other) => (one.Key < other.Key ? -1 : 1));
  return Array.from({ length: count }, (_, index) => {
    const name = `${cluster.slice(0, longestName - 2)}-${index + 1}`;
    const parameters = {
      DBInstanceIdentifier: name,
      DBInstanceClass,
      Engine: 'docdb',
      DBClusterIdentifier: cluster,
      ...(Tags.length > 0 && { Tags }),
    };
    return { action: 'CreateDBInstance', parameters, name };
  });
}

/** Whether one of the instances of a new cluster has a name that is in use. */
const areInstancesTaken = (model: RecoveryModel, name: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${name}-${index + 1}`).some((each) => model.instances.has(each));

/** Returns the expected outcome of restoreCluster. */
export function judgeRestore(model: RecoveryModel, step: RecoveryStep): Outcome {
  const { service, input } = step;
  const isRedshift = service === 'REDSHIFT';
  const { days, instances, isProtected } = input.options;
  const tags: TagList = input.tags;
  const isWrong =
    isNameWrong(service, input.clusterIdentifier) ||
    areTagsWrong(tags) ||
    (isRedshift && days !== undefined && (days < 0 || days > 35));
  if (isWrong) return refused('INVALID_INPUT');
  const snapshot = findSnapshot(model, step);
  const like = input.like === undefined ? undefined : model.cluster(service, input.like);
  if (!snapshot || (input.like !== undefined && !like)) return refused('NOT_FOUND');
  // RA3 nodes always have automated snapshots.
  if (isRedshift && days === 0) return refused('INVALID_INPUT');
  const name: string = input.clusterIdentifier.toLowerCase();
  const isTaken =
    model.cluster(service, name) !== undefined ||
    (!isRedshift && instances && areInstancesTaken(model, name, instances.count));
  const isOffered = isRedshift || instances?.class !== 'db.none.large';
  const isAllowed = isRedshift || !instances || instances.count <= mostInstances;
  if (snapshot.isUnfinished || isTaken || !isOffered || !isAllowed) return refused('PRECONDITION_FAILED');
  if (model.areRestoresUsedUp()) return refused('RATE_LIMITED');

  const all = tagsAfter(tags, like);
  const surroundings = like && { VpcSecurityGroupIds: [defaultGroup], Port: isRedshift ? 5439 : 27_017 };
  const origin = model.cluster(service, snapshot.cluster)!;
  const made = {
    window: origin.window,
    days: days ?? origin.days,
    tags: all,
  };
  if (isRedshift) {
    const restore = {
      ClusterIdentifier: name,
      SnapshotArn: arnOfSnapshot(service, snapshot.cluster, step.name),
      ClusterSubnetGroupName: 'default',
      PubliclyAccessible: false,
      ...surroundings,
      ...(like && { EnhancedVpcRouting: false, ClusterParameterGroupName: 'default.redshift-1.0' }),
      ...(days !== undefined && { AutomatedSnapshotRetentionPeriod: days }),
    };
    const tagging = { ResourceName: arnOfCluster(service, name), Tags: toList(all) };
    return accepted({
      calls: [
        { action: 'RestoreFromClusterSnapshot', parameters: restore },
        ...(Object.keys(all).length > 0 ? [{ action: 'CreateTags', parameters: tagging }] : []),
      ],
      effect: () => model.restore(service, name, made),
    });
  }
  const parameters = {
    DBClusterIdentifier: name,
    SnapshotIdentifier: step.name,
    Engine: 'docdb',
    DeletionProtection: isProtected ?? true,
    ...surroundings,
    DBSubnetGroupName: 'default',
    ...(like && { DBClusterParameterGroupName: 'default.docdb5.0' }),
    ...(Object.keys(all).length > 0 && { Tags: toList(all) }),
  };
  return accepted({
    calls: [{ action: 'RestoreDBClusterFromSnapshot', parameters }],
    remaining: instances ? instanceCalls(name, all, instances) : [],
    effect: () => model.restore(service, name, { ...made, days: origin.days, isProtected: isProtected ?? true }),
  });
}

/** Returns the expected outcome of restoreClusterToTime. */
export function judgeRestoreToTime(model: RecoveryModel, { service, name, input }: RecoveryStep): Outcome {
  if (service === 'REDSHIFT') return refused('NOT_SUPPORTED');
  if (isNameWrong(service, input.clusterIdentifier) || areTagsWrong(input.tags)) return refused('INVALID_INPUT');
  const source = model.cluster(service, name);
  if (!source) return refused('NOT_FOUND');
  const { time, clone } = input.point;
  const created: string = input.clusterIdentifier.toLowerCase();
  // A new cluster cannot be restored to a time before its creation.
  const isOutside = time !== undefined && (input.isLongAgo || source.readyAt > 0);
  const isReady = model.statusOf(source) === 'available';
  if (model.cluster(service, created) || isOutside || !isReady) return refused('PRECONDITION_FAILED');
  if (model.areRestoresUsedUp()) return refused('RATE_LIMITED');
  const like = input.likeSource === false ? undefined : source;
  const all = tagsAfter(input.tags, like);
  const parameters = {
    SourceDBClusterIdentifier: name,
    DBClusterIdentifier: created,
    RestoreType: clone ? 'copy-on-write' : 'full-copy',
    ...(time === undefined ? { UseLatestRestorableTime: true } : { RestoreToTime: time }),
    DBSubnetGroupName: 'default',
    ...(like && { VpcSecurityGroupIds: [defaultGroup], Port: 27_017 }),
    DeletionProtection: true,
    ...(Object.keys(all).length > 0 && { Tags: toList(all) }),
  };
  return accepted({
    calls: [{ action: 'RestoreDBClusterToPointInTime', parameters }],
    effect: () =>
      model.restore(service, created, {
        window: source.window,
        days: source.days,
        tags: all,
        isProtected: true,
      }),
  });
}

/** Returns the expected outcome of createClusterInstances. */
export function judgeInstances(model: RecoveryModel, { service, name, input }: RecoveryStep): Outcome {
  if (service === 'REDSHIFT') return refused('NOT_SUPPORTED');
  const { instances } = input;
  if (instances.count < 1 || instances.count > 16) return refused('INVALID_INPUT');
  const cluster = model.cluster(service, name);
  if (!cluster) return refused('NOT_FOUND');
  if (model.statusOf(cluster) !== 'available') return refused('INVALID_STATE');
  const planned = instanceCalls(name, cluster.tags, instances);
  const owners = planned.map((each) => model.instances.get(each.name));
  if (owners.some((owner) => owner !== undefined && owner !== name)) return refused('ALREADY_EXISTS');
  if (instances.class === 'db.none.large') return refused('INVALID_INPUT');
  const missing = planned.filter((_, index) => owners[index] === undefined);
  const own = [...model.instances.values()].filter((owner) => owner === name).length;
  if (own + missing.length > mostInstances) return refused('FORBIDDEN');
  return accepted({
    calls: missing.map(({ action, parameters }) => ({ action, parameters })),
    effect: () => {
      for (const each of missing) model.instances.set(each.name, name);
    },
  });
}
