import type {
  CreateSnapshotCopyGrantMessage,
  CreateSnapshotCopyGrantResult,
  DeleteSnapshotCopyGrantMessage,
  DescribeSnapshotCopyGrantsMessage,
  SnapshotCopyGrantMessage,
} from '@aws-sdk/client-redshift';

import { invalidValue } from '../../fault.ts';
import { readPage } from '../../paging.ts';
import type { Call } from '../../service.ts';
import { redshiftFault } from '../faults.ts';
import { resolveKey } from '../keys.ts';
import { hasTags, mergeTags } from '../rules.ts';
import { defaultKey, isThere } from '../store.ts';
import type { StoredGrant } from '../stored.ts';

/**
 * Creates a grant that lets Redshift encrypt the copies of other regions' snapshots with a key of this region.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_CreateSnapshotCopyGrant.html
 */
export function createSnapshotCopyGrant(
  input: CreateSnapshotCopyGrantMessage,
  call: Call,
): CreateSnapshotCopyGrantResult {
  const { SnapshotCopyGrantName = '', KmsKeyId, Tags = [] } = input;
  const { here, assumptions } = call;
  const { redshiftCopyGrantQuota: quota } = assumptions;
  const { grants } = here.redshift;
  if (SnapshotCopyGrantName.length > 63 || !/^[a-z](-?[a-z0-9])*$/.test(SnapshotCopyGrantName)) {
    throw invalidValue(
      `Invalid value '${SnapshotCopyGrantName}' for SnapshotCopyGrantName. Must be 1 to 63 lowercase letters, digits or ` +
        'hyphens, begin with a letter, and not end with a hyphen or contain two consecutive hyphens',
    );
  }
  const key = KmsKeyId === undefined ? defaultKey(here) : resolveKey(KmsKeyId, call);
  const grant = { SnapshotCopyGrantName, KmsKeyId: key, Tags: mergeTags([], Tags) };
  if (grants.get(SnapshotCopyGrantName)) {
    throw redshiftFault(
      'SnapshotCopyGrantAlreadyExistsFault',
      `Snapshot copy grant ${SnapshotCopyGrantName} already exists.`,
    );
  }
  if ([...grants.values()].length >= quota) {
    throw redshiftFault(
      'SnapshotCopyGrantQuotaExceededFault',
      `Cannot create more than ${quota} snapshot copy grants.`,
    );
  }
  grants.put(grant);
  return { SnapshotCopyGrant: grant };
}

/**
 * Lists the snapshot copy grants of a region, or one by its name.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeSnapshotCopyGrants.html
 */
export function describeSnapshotCopyGrants(
  input: DescribeSnapshotCopyGrantsMessage,
  call: Call,
): SnapshotCopyGrantMessage {
  const { SnapshotCopyGrantName: name, TagKeys = [], TagValues = [] } = input;
  const isTagged = TagKeys.length > 0 || TagValues.length > 0;
  const entries =
    name === undefined ? call.here.redshift.grants.inOrder() : [{ key: [name], item: requireGrant(name, call) }];
  const { items, marker } = readPage(entries, input, (grant) => !isTagged || hasTags(grant.Tags ?? [], input));
  return { SnapshotCopyGrants: items, Marker: marker };
}

/**
 * Deletes a snapshot copy grant that no cluster of another region uses.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_DeleteSnapshotCopyGrant.html
 */
export function deleteSnapshotCopyGrant(input: DeleteSnapshotCopyGrantMessage, call: Call): object {
  const { SnapshotCopyGrantName } = requireGrant(input.SnapshotCopyGrantName, call);
  if (isUsed(SnapshotCopyGrantName, call)) {
    throw redshiftFault(
      'InvalidSnapshotCopyGrantStateFault',
      `Cannot delete the snapshot copy grant ${SnapshotCopyGrantName} because a cluster uses it.`,
    );
  }
  call.here.redshift.grants.delete(SnapshotCopyGrantName);
  return {};
}

function requireGrant(name: string | undefined, { here }: Call): StoredGrant {
  const grant = here.redshift.grants.get(name ?? '');
  if (grant) return grant;
  throw redshiftFault('SnapshotCopyGrantNotFoundFault', `Snapshot copy grant ${name} not found.`);
}

/** Whether a cluster copies its snapshots to this region with the grant. */
function isUsed(name: string, { account, region, world, now }: Call): boolean {
  const clusters = [...world.regions()]
    .filter((place) => place.account === account)
    .flatMap(({ redshift }) => [...redshift.clusters.values()]);
  return clusters.some((cluster) => {
    const { DestinationRegion, SnapshotCopyGrantName } = cluster.ClusterSnapshotCopyStatus ?? {};
    return DestinationRegion === region && SnapshotCopyGrantName === name && isThere(cluster, now);
  });
}
