import * as z from 'zod';
import type { InputProblem } from '../../errors.ts';
import { InvalidInputError, NotSupportedError } from '../../errors.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import type { Maybe } from '../../snapshots/maybe.ts';
import { serviceNames } from '../../snapshots/service.ts';
import type { Source } from '../../snapshots/source.ts';
import type { Tag } from '../../snapshots/tag.ts';
import { problemsIn } from '../input/problems.ts';
import { isReservedTagKey, mostTags, type Rules, shown, tagsRule } from '../input/rules.ts';
import type { Targets } from '../input/targets.ts';
import type { ChangeRequest } from '../request.ts';
import type { GuardedBackend } from '../requirements/guarded.ts';
import type { RestoreBackend } from './backend.ts';

/** The input of a new cluster that is the same for every restore. */
export interface NewClusterInput {
  readonly clusterIdentifier: string;
  readonly tags?: Maybe<readonly Tag[]>;
}

/** Returns the restores of a service. Throws NOT_SUPPORTED if it has none; `verb` completes "Cannot …". */
export function requireRestores({ rules, restores }: GuardedBackend, verb: string): RestoreBackend {
  if (restores) return restores;
  throw new NotSupportedError(`Cannot ${verb}: this gateway does not support it for ${rules.serviceName}.`);
}

/** Returns every invalid value of the name and the tags of a new cluster. */
export function newClusterProblems(
  input: NewClusterInput,
  { rules }: Pick<GuardedBackend, 'rules'>,
  { foldsNames }: Pick<RestoreBackend, 'foldsNames'>,
): InputProblem[] {
  const rule = z.object({ clusterIdentifier: nameRule(rules, foldsNames), tags: tagsRule(rules).nullish() });
  return problemsIn(rule, input);
}

/** The name of a new cluster, as AWS stores it. */
export function nameOfNew({ clusterIdentifier }: NewClusterInput, { foldsNames }: RestoreBackend): string {
  return foldsNames ? clusterIdentifier.toLowerCase() : clusterIdentifier;
}

function nameRule({ serviceName }: Rules, foldsNames: boolean) {
  const format = foldsNames ? /^[a-zA-Z](?:-?[a-zA-Z0-9])*$/ : /^[a-z](?:-?[a-z0-9])*$/;
  const letters = foldsNames ? 'letters' : 'lowercase letters';
  return z.string().refine((name) => name.length <= 63 && format.test(name), {
    error: ({ input }) =>
      `clusterIdentifier is ${shown(input)}; in ${serviceName} it must have 1 to 63 ${letters}, digits and hyphens, start with a letter, and neither end with a hyphen nor contain two hyphens in a row.`,
  });
}

/** Returns the problems of options for another service than `block`. */
export function otherBlockProblems(input: object, block: string, serviceName: string): InputProblem[] {
  const given = Object.entries(input).filter(([, value]) => value != null);
  const others = serviceNames.map((service) => service.toLowerCase()).filter((name) => name !== block);
  return given
    .filter(([name]) => others.includes(name))
    .map(([name]) => ({
      field: ['input', name],
      message: `${name} has the options of another service; the snapshot belongs to ${serviceName}. Use ${block} instead.`,
    }));
}

/** Returns the options of a service in an input; an empty object if there are none. */
export function optionsIn(input: object, block: string): object {
  const options = Object.entries(input).find(([name]) => name === block)?.[1];
  return typeof options === 'object' && options !== null ? options : {};
}

/** Reads the cluster to resemble. Throws INVALID_INPUT unless it is in the source of the restore. */
export async function readLike(targets: Targets, id: Maybe<string>, source: Source): Promise<ClusterRecord | null> {
  if (id == null) return null;
  const field = ['input', 'likeCluster'];
  const cluster = await targets.cluster(id, field).see();
  if (cluster.source === source) return cluster;
  throw new InvalidInputError(
    `likeCluster is in account ${cluster.source.account}, region ${cluster.source.region} of ${cluster.source.service}, but the restore is in account ${source.account}, region ${source.region} of ${source.service}. Use a cluster of the same account, region and service.`,
    field,
  );
}

/**
 * Returns the tags of a new cluster: the given tags, and the tags of the cluster to resemble with other keys. Throws
 * FORBIDDEN if the caller would lack a permission for a cluster with these tags.
 */
export async function tagsOfNew(
  given: readonly Tag[],
  like: ClusterRecord | null,
  source: Source,
  { rules }: Pick<GuardedBackend, 'rules'>,
  request: ChangeRequest,
): Promise<readonly Tag[]> {
  const copied = like === null ? [] : ((await request.tagsOf(like)) ?? []);
  const kept = copied.filter(({ key }) => !given.some((tag) => tag.key === key) && !isReservedTagKey(key, rules));
  const tags = [...kept, ...given];
  if (tags.length > mostTags) {
    throw new InvalidInputError(
      `The cluster would have ${tags.length} tags, ${given.length} from tags and ${kept.length} from likeCluster; a resource can have at most ${mostTags}. Leave out some of them.`,
      ['input', 'tags'],
    );
  }
  request.rights.requireWith(['CLUSTER_RESTORE', 'SNAPSHOT_READ'], source, tags);
  return tags;
}
