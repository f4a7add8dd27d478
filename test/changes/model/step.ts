import { account as home } from '../../support/gateway.ts';
import type { ServiceName } from '../../support/services.ts';
import { clusterId, serviceOf, sharedSnapshotId, snapshotId } from '../../support/worlds.ts';
import { arnOf, friend, type Held, type Model, regions } from './model.ts';

export interface Named {
  readonly service: ServiceName;
  readonly name: string;
  readonly isUpper: boolean;
}

/** A requested change. */
export interface Step {
  readonly mutation: string;
  readonly targets: readonly Named[];
  /** The input without ids and `dryRun`. */
  readonly input: any;
}

/** An expected call that changes something in AWS. */
export interface ExpectedCall {
  readonly region: string;
  readonly action: string;
  readonly parameters: object;
}

/** The expected outcome: one of the codes, or the effect if there are none. AWS can refuse the calls. */
export interface Verdict {
  readonly codes: ReadonlySet<string>;
  readonly calls: readonly ExpectedCall[];
  /** The actual calls, if they differ from the planned calls. */
  readonly made?: readonly ExpectedCall[];
  effect(): void;
}

function placeOf({ name }: Named) {
  return { region: name === 'far' ? regions[1] : regions[0], owner: name === 'theirs' ? friend : home };
}

/** The id of a target; an upper-case id names the same snapshot. */
export function targetId({ mutation }: Step, target: Named): string {
  const { service, name, isUpper } = target;
  const cased = isUpper ? name.toUpperCase() : name;
  if (mutation === 'createSnapshot') return clusterId(service, cased);
  const { owner, region } = placeOf(target);
  const place = { account: owner, region };
  return owner === home ? snapshotId(service, cased, place) : sharedSnapshotId(home, service, cased, place);
}

/** Returns the snapshot in the model that a target names. */
export function find(model: Model, target: Named): Held | undefined {
  const { service, name } = target;
  const { cluster } = serviceOf(service);
  return model.held.get(arnOf({ service, ...placeOf(target), cluster, name: name.toLowerCase() }));
}

/** Returns the deleted snapshot that a target names if AWS still lists it. */
export function findLingering(model: Model, target: Named): Held | undefined {
  const { service, name } = target;
  const { cluster } = serviceOf(service);
  return model.lingers(arnOf({ service, ...placeOf(target), cluster, name: name.toLowerCase() }));
}

export const verdict = (
  codes: Iterable<string>,
  calls: ExpectedCall[] = [],
  effect: () => void = () => {},
): Verdict => ({
  codes: new Set(codes),
  calls,
  effect,
});

export const areTagsWrong = (service: ServiceName, tags: readonly { key: string; value: string }[] = []) =>
  tags.some(
    ({ key }) => /^aws:/i.test(key) || (service === 'DOCUMENTDB' && (/^rds:/i.test(key) || key.includes('@'))),
  ) || new Set(tags.map(({ key }) => key)).size < tags.length;
export const areDaysWrong = (days: number | null | undefined) =>
  days != null && days !== -1 && (days < 1 || days > 3653);
export const record = (tags: readonly { key: string; value: string }[] = []) =>
  Object.fromEntries(tags.map(({ key, value }) => [key, value]));
export const list = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
export const withTags = (tags: Readonly<Record<string, string>>) =>
  Object.keys(tags).length > 0 ? { Tags: list(tags) } : {};

export function call(one: Pick<Held, 'region'>, action: string, parameters: object): ExpectedCall {
  return { region: one.region, action, parameters };
}
