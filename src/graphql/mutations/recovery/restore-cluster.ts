import type { RestoreChange } from '../../../changes/restores/backend.ts';
import { AlreadyExistsError, QuotaExceededError, RestoreRefusedError } from '../../../errors.ts';
import { restore } from '../../../limits/field-prices.ts';
import { included } from '../../../limits/price.ts';
import { builder } from '../../builder.ts';
import { ClusterInterface } from '../../cluster.ts';
import { asValue, ErrorInterface } from '../../errors/error-types.ts';
import { RestoreCheckType } from '../../errors/restore-check.ts';
import { everyInput, TagInput } from '../inputs.ts';
import { resultOf } from '../payload.ts';
import { PlannedCallType } from '../planned-call.ts';
import { serviceFields } from './service-options.ts';

export const newClusterIdentifier =
  'The identifier (name) of the new cluster, which must not exist yet in its account and region: 1 to 63 letters, digits and single hyphens; starts with a letter and does not end with a hyphen. Amazon Redshift: lowercase only. Amazon DocumentDB stores it in lowercase.';

const RestoreClusterInput = builder.inputType('RestoreClusterInput', {
  description:
    'Input of restoreCluster, with the options of the service of the snapshot. An option that is omitted is not sent, so the default of AWS applies, unless its description says otherwise.',
  fields: (t) => ({
    snapshotId: t.id({
      required: true,
      description:
        'The Node ID or ARN of the snapshot to restore, which must be available: a manual or automated snapshot, a copy, or a snapshot that another account shares with the account that restores. For a shared snapshot, the account of the Node ID, or `account`, restores.',
    }),
    clusterIdentifier: t.string({ required: true, description: newClusterIdentifier }),
    ...serviceFields(t),
    likeCluster: t.id({
      description:
        'The Node ID or ARN of the cluster to resemble, in the account, region and service of the restore. Its subnet group, security groups, parameter group, port and tags (for Amazon Redshift, also its enhanced VPC routing) are used where the options say nothing, because the defaults of AWS can leave a restored cluster unreachable. Public access, IAM roles, keys, Elastic IP addresses and the number and type of nodes are never copied.',
    }),
    tags: t.field({
      type: [TagInput],
      description:
        'The tags of the cluster: at most 50, including the tags of `likeCluster`, which they override by key. If your permission CLUSTER_RESTORE or SNAPSHOT_READ depends on tags, the cluster must have tags for which you have it.',
    }),
    ...everyInput(t),
  }),
});

export const RestoreClusterPayload = builder.objectRef<RestoreChange>('RestoreClusterPayload').implement({
  description: 'Payload of restoreCluster and restoreClusterToTime.',
  fields: (t) => ({
    cluster: t.field({
      type: ClusterInterface,
      nullable: true,
      description:
        'The new cluster, which AWS has started to restore; follow it with `clusterProgress`. Null for a dry run. For a repetition with the same `idempotencyKey`, the cluster as it is now: null if it does not exist, or AWS does not list it yet.',
      extensions: { price: included },
      resolve: ({ cluster }) => (typeof cluster === 'function' ? cluster() : cluster),
    }),
    plannedCalls: t.field({
      type: [PlannedCallType],
      description: 'The AWS calls that the mutation made, in order; for a dry run, the AWS calls that it would make.',
      resolve: ({ plannedCalls }) => [...plannedCalls],
    }),
    remainingCalls: t.field({
      type: [PlannedCallType],
      description:
        'The AWS calls that AWS accepts only once the cluster is available. The mutation does not make them: create instances with `createClusterInstances`.',
      resolve: ({ remainingCalls }) => [...remainingCalls],
    }),
    followUpError: t.field({
      type: ErrorInterface,
      nullable: true,
      description:
        'The error of a call after the restore, such as that of the tags of an Amazon Redshift cluster. The cluster is being restored in spite of it. Null if there was none.',
      resolve: ({ followUpError }) => followUpError && asValue(followUpError),
    }),
    checks: t.field({
      type: [RestoreCheckType],
      description: 'Every check of the restore, including those that could not be made.',
      resolve: ({ checks }) => [...checks],
    }),
  }),
});

builder.mutationField('restoreCluster', (t) =>
  t.field({
    type: RestoreClusterPayload,
    nullable: true,
    description:
      'Restores a snapshot to a new cluster. Everything is checked before AWS is called, and all failed checks are returned at once. Returns when AWS has started the restore; follow it with `clusterProgress`. Amazon Redshift: tags require a second AWS call. Amazon DocumentDB restores a cluster without instances: create them with `createClusterInstances` once the cluster is available. The configuration of the gateway limits networks, keys, IAM roles, sizes and the restores per hour.',
    args: {
      input: t.arg({
        type: RestoreClusterInput,
        required: true,
        description: 'The snapshot to restore, and the properties of the new cluster.',
      }),
    },
    extensions: { price: restore },
    errors: {
      types: [RestoreRefusedError, AlreadyExistsError, QuotaExceededError],
      union: resultOf('restoreCluster'),
    },
    resolve: (_root, { input }, ctx) => ctx.changes.restoreCluster(input),
  }),
);
