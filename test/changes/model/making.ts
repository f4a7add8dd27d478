import { account as home } from '../../support/gateway.ts';
import { arnOf, farKey, type Held, type Model, ownKey, regions } from './model.ts';
import {
  areDaysWrong,
  areTagsWrong,
  call,
  find,
  list,
  type Named,
  record,
  type Step,
  type Verdict,
  verdict,
  withTags,
} from './step.ts';

const nameRule = /^[a-zA-Z](-?[a-zA-Z0-9])*$/;

/** Returns the expected outcome of createSnapshot. */
export function judgeCreate(model: Model, step: Step): Verdict {
  const [target] = step.targets as [Named];
  const { service } = target;
  const { input } = step;
  const codes = new Set<string>();
  const isRedshift = service === 'REDSHIFT';
  const isWrong =
    !nameRule.test(input.identifier) || areDaysWrong(input.retentionDays) || areTagsWrong(service, input.tags);
  if (isWrong) return verdict(['INVALID_INPUT']);
  if (!isRedshift && input.retentionDays != null) return verdict(['NOT_SUPPORTED']);
  const cluster = target.name;
  if (!['sales', 'asleep'].includes(cluster) === isRedshift || (!isRedshift && cluster !== 'orders'))
    return verdict(['NOT_FOUND']);
  if (cluster === 'asleep' || (!isRedshift && model.isBackingUp(regions[0]))) codes.add('INVALID_STATE');
  if (model.isTaken(service, regions[0], input.identifier)) codes.add('ALREADY_EXISTS');
  if (codes.size > 0) return verdict(codes);
  const tags = record(input.tags);
  const calls = [
    isRedshift
      ? call({ region: regions[0] }, 'CreateClusterSnapshot', {
          SnapshotIdentifier: input.identifier,
          ClusterIdentifier: cluster,
          ManualSnapshotRetentionPeriod: input.retentionDays ?? -1,
          ...withTags(tags),
        })
      : call({ region: regions[0] }, 'CreateDBClusterSnapshot', {
          DBClusterSnapshotIdentifier: input.identifier.toLowerCase(),
          DBClusterIdentifier: cluster,
          ...withTags(tags),
        }),
  ];
  const isBusy = isRedshift && model.assumptions.redshiftOneSnapshotAtATime && model.isMaking(cluster);
  if (isBusy) return verdict(['INVALID_STATE'], calls);
  if (model.isFull(service, regions[0])) return verdict(['QUOTA_EXCEEDED'], calls);
  return verdict([], calls, () => {
    const name = input.identifier.toLowerCase();
    model.add(service, name, {
      cluster,
      tags,
      days: input.retentionDays ?? -1,
      ageDays: 0,
      createdAt: model.now(),
      readyAt: model.readyAt(),
    });
    if (!isRedshift) model.backUp(regions[0]);
  });
}

/** Returns the expected outcome of copySnapshot. */
export function judgeCopy(model: Model, step: Step): Verdict {
  const [target] = step.targets as [Named];
  const { service } = target;
  const { input } = step;
  const one = find(model, target);
  const codes = new Set<string>();
  const isRedshift = service === 'REDSHIFT';
  const isWrong =
    !nameRule.test(input.identifier) || areDaysWrong(input.retentionDays) || areTagsWrong(service, input.tags);
  if (isWrong) return verdict(['INVALID_INPUT']);
  if (!isRedshift && input.retentionDays != null) return verdict(['NOT_SUPPORTED']);
  if (!one) return verdict(['NOT_FOUND']);
  const region: string = input.targetRegion ?? one.region;
  const key: string | undefined = input.kmsKeyId ?? undefined;
  const isForeign = one.owner !== home;
  const isElsewhere = region !== one.region;
  const isConfigured = (regions as readonly string[]).includes(region);
  if (!isConfigured) codes.add('INVALID_INPUT');
  if (key !== undefined && ![ownKey, farKey].includes(key)) codes.add('FORBIDDEN');
  if (isRedshift && (isElsewhere || key !== undefined || isForeign || one.isManual)) codes.add('NOT_SUPPORTED');
  if (!isRedshift) {
    if (isForeign && isElsewhere) codes.add('NOT_SUPPORTED');
    if ((key !== undefined) !== (one.key !== null) && (key !== undefined || isForeign || isElsewhere))
      codes.add('INVALID_INPUT');
    if (key?.startsWith('arn:') && key.split(':')[3] !== region) codes.add('INVALID_INPUT');
    if (isForeign && input.copyTags) codes.add('NOT_SUPPORTED');
  }
  if (model.statusOf(one) !== 'available') codes.add('INVALID_STATE');
  if (isConfigured && model.isTaken(service, region, input.identifier)) codes.add('ALREADY_EXISTS');
  if (codes.size > 0) return verdict(codes);
  const given = record(input.tags);
  const inherited = Object.fromEntries(Object.entries(one.tags).filter(([tag]) => !tag.startsWith('aws:')));
  const tags = input.copyTags ? { ...inherited, ...given } : given;
  // Tags of the input come after the inherited tags.
  const ordered = input.copyTags
    ? { ...Object.fromEntries(Object.entries(inherited).filter(([tag]) => !(tag in given))), ...given }
    : tags;
  const isLeftToAws = !isRedshift && input.copyTags && Object.keys(given).length === 0;
  const name = input.identifier.toLowerCase();
  const copy: Held = {
    ...one,
    region,
    name,
    isManual: true,
    shares: [],
    days: input.retentionDays ?? -1,
    // The retention period of a copy starts with the copy, although its creation time is that of the source snapshot.
    ageDays: 0,
    readyAt: isRedshift && !model.assumptions.redshiftCopyStartsCreating ? 0 : model.readyAt(),
    making: isRedshift ? 'creating' : 'copying',
    tags: isLeftToAws ? one.tags : ordered,
    owner: home,
    key: key ?? one.key,
    origin: isRedshift ? null : arnOf(one),
    createdAt: one.createdAt,
  };
  const callsAs = (named: Held) =>
    isRedshift
      ? [
          call(one, 'CopyClusterSnapshot', {
            SourceSnapshotIdentifier: one.name,
            SourceSnapshotClusterIdentifier: one.cluster,
            TargetSnapshotIdentifier: input.identifier,
            ManualSnapshotRetentionPeriod: input.retentionDays ?? -1,
          }),
          ...(Object.keys(ordered).length > 0
            ? [call(one, 'CreateTags', { ResourceName: arnOf(named), Tags: list(ordered) })]
            : []),
        ]
      : [
          call({ region }, 'CopyDBClusterSnapshot', {
            SourceDBClusterSnapshotIdentifier: isForeign || isElsewhere ? arnOf(one) : one.name,
            TargetDBClusterSnapshotIdentifier: name,
            ...(key !== undefined && { KmsKeyId: key }),
            ...(isLeftToAws ? { CopyTags: true } : withTags(ordered)),
          }),
        ];
  const calls = callsAs({ ...copy, name: input.identifier });
  // If the copy fails, the call that tags it is not made.
  if (model.isFull(service, region)) return { ...verdict(['QUOTA_EXCEEDED'], calls), made: calls.slice(0, 1) };
  return { ...verdict([], calls, () => model.put(copy)), made: callsAs(copy) };
}
