import { account as home } from '../../support/gateway.ts';
import { arnOf, type Held, horizonDays, type Model, regions } from './model.ts';
import {
  areDaysWrong,
  call,
  type ExpectedCall,
  find,
  findLingering,
  type Named,
  type Step,
  type Verdict,
  verdict,
} from './step.ts';

/** Returns the expected outcome of deleteSnapshot. */
export function judgeDelete(model: Model, { targets, input }: Step): Verdict {
  const [target] = targets as [Named];
  const lingering = findLingering(model, target);
  const one = find(model, target) ?? lingering;
  if (!one) return verdict(['NOT_FOUND']);
  const codes = new Set(deletionCodes(model, one, input.revokeAccess));
  if (codes.size === 0 && lastOf(model, [one], true).has(one)) codes.add('INVALID_STATE');
  if (input.expectedCreatedAt != null) codes.add('PRECONDITION_FAILED');
  if (codes.size > 0) return verdict(codes);
  const [action, parameters] =
    one.service === 'REDSHIFT'
      ? ['DeleteClusterSnapshot', { SnapshotIdentifier: one.name, SnapshotClusterIdentifier: one.cluster }]
      : ['DeleteDBClusterSnapshot', { DBClusterSnapshotIdentifier: one.name }];
  const calls = [...revocations(one), call(one, action, parameters)];
  if (lingering) return verdict(['NOT_FOUND'], calls);
  return verdict([], calls, () => {
    if (isOfCluster(one)) model.leave(one);
    model.remove(one);
  });
}

/** The expected outcome of a batch. */
export interface BatchVerdict {
  /** The expected code if the whole batch is rejected. */
  readonly all?: string;
  /** The possible codes of each target; empty if it must succeed. */
  readonly each: readonly ReadonlySet<string>[];
  readonly calls: readonly ExpectedCall[];
  /** The ARNs of the snapshots that no longer exist afterwards. */
  readonly deleted: ReadonlySet<string>;
  effect(): void;
}

/** Returns the expected outcome of deleteSnapshots and updateSnapshotRetention. */
export function judgeBatch(model: Model, { mutation, targets, input }: Step): BatchVerdict {
  const isDelete = mutation === 'deleteSnapshots';
  const isWrong = targets.length === 0 || (!isDelete && areDaysWrong(input.days));
  if (isWrong) return { all: 'INVALID_INPUT', each: [], calls: [], deleted: new Set(), effect: () => {} };
  const days: number = input.days ?? -1;
  const codesOf = (one: Held) =>
    isDelete ? deletionCodes(model, one, input.revokeAccess) : retentionCodes(one, days, input.force);
  const found = targets.map((target) => find(model, target));
  const before = found.map((one) => new Set(one ? codesOf(one) : ['NOT_FOUND']));
  const fit = new Set(found.filter((one, index) => one && before[index]!.size === 0)) as Set<Held>;
  const isLeaving = (one: Held) => isDelete || isSooner(one, days) || (isOver(one, days) && input.force);
  const isSoon = (one: Held) => isDelete || (isLeaving(one) && days - one.ageDays <= horizonDays);
  const last = lastOf(model, [...fit].filter(isLeaving), isDelete);
  const ready = new Set([...fit].filter((one) => !last.has(one)));
  const groups = [...Map.groupBy(ready, ({ service, region }) => `${service} ${region}`).values()];
  const gone = [...ready].filter((one) => isDelete || (isOver(one, days) && input.force));
  return {
    each: found.map((one, index) => (one && last.has(one) ? new Set(['INVALID_STATE']) : before[index]!)),
    calls: groups.flatMap((group) => (isDelete ? deletions(group) : [retentionCall(group, days, input.force)])),
    deleted: new Set(gone.map(arnOf)),
    effect: () => {
      for (const one of ready) {
        if (!isLeaving(one)) model.stay(one);
        else if (isSoon(one) && isOfCluster(one)) model.leave(one);
        if (!isDelete) model.put({ ...one, days });
      }
      for (const one of gone) {
        if (isDelete) model.remove(one);
        // Lists omit a snapshot at once when its retention period ends.
        else model.held.delete(arnOf(one));
      }
    },
  };
}

/** Whether the retention period has already ended: it is refused unless AWS is to delete the snapshot. */
function isOver(one: Held, days: number): boolean {
  return days !== -1 && one.ageDays >= days;
}

function isSooner(one: Held, days: number): boolean {
  return days !== -1 && (one.days === -1 || days < one.days);
}

/** Whether a snapshot can be one of its cluster: only the clusters of the first region exist. */
function isOfCluster(one: Held): boolean {
  const [, , , region, account] = one.origin?.split(':') ?? [];
  const isFromElsewhere = one.origin !== null && (region !== one.region || account !== home);
  return one.lineage !== 'UNRELATED' && !isFromElsewhere && one.region === regions[0];
}

/** Returns the leaving snapshots of the clusters of which no other snapshot remains; an incomplete one can be deleted. */
function lastOf(model: Model, leaving: readonly Held[], isDelete: boolean): Set<Held> {
  const isAvailable = (one: Held) => model.statusOf(one) === 'available';
  const remains = (one: Held) =>
    isOfCluster(one) &&
    isAvailable(one) &&
    one.lineage === 'BELONGS' &&
    !leaving.includes(one) &&
    !model.hasLeft(one) &&
    (one.isManual ? one.days === -1 || one.days - one.ageDays > horizonDays : model.hasBackups);
  return new Set(
    leaving.filter(
      (one) =>
        isOfCluster(one) &&
        (isAvailable(one) || !isDelete) &&
        !model.own(one.service, one.region).some((each) => each.cluster === one.cluster && remains(each)),
    ),
  );
}

function retentionCodes(one: Held, days: number, force: boolean): string[] {
  return [
    ...(one.service === 'DOCUMENTDB' ? ['NOT_SUPPORTED'] : []),
    ...(one.owner === home ? [] : ['FORBIDDEN']),
    ...(isOver(one, days) && !force ? ['INVALID_INPUT'] : []),
    ...(one.isManual && !((isSooner(one, days) || isOver(one, days)) && 'hold' in one.tags) ? [] : ['INVALID_STATE']),
  ];
}

function retentionCall(group: readonly Held[], days: number, force: boolean): ExpectedCall {
  const [first] = group as [Held];
  const change = { ManualSnapshotRetentionPeriod: days, ...(force && { Force: true }) };
  return group.length === 1
    ? call(first, 'ModifyClusterSnapshot', { SnapshotIdentifier: first.name, ...change })
    : call(first, 'BatchModifyClusterSnapshots', { SnapshotIdentifierList: group.map(({ name }) => name), ...change });
}

/** Shared snapshots, and all DocumentDB snapshots, are deleted one by one. */
function deletions(group: readonly Held[]): ExpectedCall[] {
  const isAlone = ({ service, shares }: Held) => service === 'DOCUMENTDB' || shares.length > 0;
  const others = group.filter((one) => !isAlone(one));
  const [first] = others;
  const nameOf = (one: Held) => ({ SnapshotIdentifier: one.name, SnapshotClusterIdentifier: one.cluster });
  return [
    ...group
      .filter(isAlone)
      .flatMap((one) => [
        ...revocations(one),
        one.service === 'REDSHIFT'
          ? call(one, 'DeleteClusterSnapshot', nameOf(one))
          : call(one, 'DeleteDBClusterSnapshot', { DBClusterSnapshotIdentifier: one.name }),
      ]),
    ...(first ? [call(first, 'BatchDeleteClusterSnapshots', { Identifiers: others.map(nameOf) })] : []),
  ];
}

/** The call that changes the sharing of a DocumentDB snapshot. */
export function modifyAttribute(one: Held, member: string, values: readonly string[]) {
  return call(one, 'ModifyDBClusterSnapshotAttribute', {
    DBClusterSnapshotIdentifier: one.name,
    AttributeName: 'restore',
    [member]: values,
  });
}

function revocations(one: Held): ExpectedCall[] {
  const parties = [...one.shares.filter((p) => /^\d/.test(p)), ...one.shares.filter((p) => !/^\d/.test(p))];
  if (parties.length === 0) return [];
  if (one.service === 'DOCUMENTDB') return [modifyAttribute(one, 'ValuesToRemove', parties)];
  return parties.map((party) =>
    call(one, 'RevokeSnapshotAccess', {
      SnapshotIdentifier: one.name,
      SnapshotClusterIdentifier: one.cluster,
      AccountWithRestoreAccess: party,
    }),
  );
}

function deletionCodes(model: Model, one: Held, revokeAccess: boolean | undefined): string[] {
  const status = model.statusOf(one);
  const isDeletable = one.service === 'REDSHIFT' ? status === 'available' : status !== 'creating';
  return [
    ...(one.owner === home ? [] : ['FORBIDDEN']),
    ...(one.isManual && isDeletable && (one.shares.length === 0 || revokeAccess) && !('hold' in one.tags)
      ? []
      : ['INVALID_STATE']),
  ];
}
