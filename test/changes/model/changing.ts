import { account as home } from '../../support/gateway.ts';
import { arnOf, friend, type Model, partner } from './model.ts';
import { type BatchVerdict, modifyAttribute } from './deleting.ts';
import { areTagsWrong, call, find, list, type Named, record, type Step, type Verdict, verdict } from './step.ts';

const support = 'amazon-redshift-support';

/** Returns the expected outcome of tagSnapshot and untagSnapshot. */
export function judgeTags(model: Model, step: Step): Verdict {
  const [target] = step.targets as [Named];
  const { service } = target;
  const { input } = step;
  const one = find(model, target);
  const isRedshift = service === 'REDSHIFT';
  const isTag = step.mutation === 'tagSnapshot';
  const isWrong = isTag
    ? input.tags.length === 0 || areTagsWrong(service, input.tags)
    : input.keys.length === 0 || input.keys.some((key: string) => areTagsWrong(service, [{ key, value: '' }]));
  if (isWrong) return verdict(['INVALID_INPUT']);
  if (!one) return verdict(['NOT_FOUND']);
  if (one.owner !== home) return verdict(['FORBIDDEN']);
  const keys: string[] = [...new Set<string>(input.keys)];
  const parameters = isTag ? { Tags: list(record(input.tags)) } : { TagKeys: keys };
  const actions = isRedshift ? ['CreateTags', 'DeleteTags'] : ['AddTagsToResource', 'RemoveTagsFromResource'];
  const tags = isTag
    ? { ...one.tags, ...record(input.tags) }
    : Object.fromEntries(Object.entries(one.tags).filter(([key]) => !keys.includes(key)));
  const held = record(input.tags)['hold'];
  const isReleased = isTag
    ? held !== undefined && 'hold' in one.tags && one.tags['hold'] !== held
    : keys.includes('hold');
  if (isReleased && !model.canRelease) return verdict(['FORBIDDEN']);
  const calls = [call(one, actions[isTag ? 0 : 1]!, { ResourceName: arnOf(one), ...parameters })];
  return verdict([], calls, () => model.put({ ...one, tags }));
}

/** Returns the expected outcome of shareSnapshot and unshareSnapshot. */
export function judgeSharing(model: Model, step: Step): Verdict {
  const [target] = step.targets as [Named];
  const { service } = target;
  const { input } = step;
  const one = find(model, target);
  const codes = new Set<string>();
  const isRedshift = service === 'REDSHIFT';
  const isShare = step.mutation === 'shareSnapshot';
  const accounts: string[] = [...new Set<string>(input.accounts)];
  const anyAccount = isRedshift ? support : 'all';
  const named = [...accounts, ...((isRedshift ? input.awsSupport : input.public) ? [anyAccount] : [])];
  const isOther = isRedshift ? input.public : input.awsSupport;
  if (named.length === 0 && !isOther && !input.everyone) return verdict(['INVALID_INPUT']);
  if (!one) return verdict(['NOT_FOUND']);
  if (one.owner !== home || !one.isManual || isOther) return verdict(['SHARING_REFUSED']);
  const ordered = (parties: readonly string[]) => [
    ...parties.filter((p) => /^\d/.test(p)),
    ...parties.filter((p) => !/^\d/.test(p)),
  ];
  const changed = isShare
    ? named.filter((party) => !one.shares.includes(party))
    : input.everyone
      ? ordered(one.shares)
      : named.filter((party) => one.shares.includes(party));
  if (isShare) {
    if (accounts.includes(home)) codes.add('SHARING_REFUSED');
    if (!isRedshift && input.public && one.key !== null) codes.add('SHARING_REFUSED');
    if (changed.some((party) => /^\d/.test(party) && ![friend, partner].includes(party as typeof friend)))
      codes.add('SHARING_REFUSED');
    if (model.statusOf(one) !== 'available') codes.add('INVALID_STATE');
    if (codes.size > 0) return verdict(codes);
  }
  // The gateway reads the key before it calls AWS.
  if (isShare && changed.some((party) => /^\d/.test(party)) && one.key?.includes('key/00000000')) {
    return verdict(['SHARING_REFUSED']);
  }
  const calls =
    changed.length === 0
      ? []
      : isRedshift
        ? changed.map((party) =>
            call(one, isShare ? 'AuthorizeSnapshotAccess' : 'RevokeSnapshotAccess', {
              SnapshotIdentifier: one.name,
              SnapshotClusterIdentifier: one.cluster,
              AccountWithRestoreAccess: party,
            }),
          )
        : [modifyAttribute(one, isShare ? 'ValuesToAdd' : 'ValuesToRemove', changed)];
  const shares = isShare ? [...one.shares, ...changed] : one.shares.filter((party) => !changed.includes(party));
  return verdict([], calls, () => model.put({ ...one, shares }));
}

/** Returns the expected outcome of unshareSnapshots: that of unshareSnapshot for each distinct snapshot. */
export function judgeRevocations(model: Model, step: Step): BatchVerdict {
  const { accounts, awsSupport, public: isPublic, everyone } = step.input;
  const isWrong = step.targets.length === 0 || !(accounts.length > 0 || awsSupport || isPublic || everyone);
  if (isWrong) return { all: 'INVALID_INPUT', each: [], calls: [], deleted: new Set(), effect: () => {} };
  const verdicts = step.targets.map((target) => judgeSharing(model, { ...step, targets: [target] }));
  const arns = step.targets.map((target) => find(model, target)).map((one) => one && arnOf(one));
  const distinct = verdicts.filter((_, index) => arns.indexOf(arns[index]) === index);
  return {
    each: verdicts.map(({ codes }) => codes),
    calls: distinct.flatMap(({ calls }) => calls),
    deleted: new Set(),
    effect: () => {
      for (const { effect } of distinct) effect();
    },
  };
}
