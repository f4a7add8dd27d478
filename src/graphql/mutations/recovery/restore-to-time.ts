import { AlreadyExistsError, QuotaExceededError, RestoreRefusedError } from '../../../errors.ts';
import { restore } from '../../../limits/field-prices.ts';
import { builder } from '../../builder.ts';
import { everyInput, TagInput } from '../inputs.ts';
import { resultOf } from '../payload.ts';
import { newClusterIdentifier, RestoreClusterPayload } from './restore-cluster.ts';
import { optionsFor } from './service-options.ts';

const RestorePointInput = builder.inputType('RestorePointInput', {
  description: 'The point to which a cluster is restored. Exactly one member is required.',
  isOneOf: true,
  fields: (t) => ({
    time: t.field({
      type: 'DateTime',
      description: 'A time from `earliestRestorableAt` to `latestRestorableAt` of the cluster.',
    }),
    latest: t.boolean({ description: 'True for the latest restorable time. False is not allowed.' }),
    clone: t.boolean({
      description:
        'True for a clone of the cluster as it is now, which shares its storage until one of them changes. False is not allowed.',
    }),
  }),
});

const RestoreClusterToTimeInput = builder.inputType('RestoreClusterToTimeInput', {
  description: 'Input of restoreClusterToTime.',
  fields: (t) => ({
    clusterId: t.id({
      required: true,
      description: 'The Node ID or ARN of the Amazon DocumentDB cluster whose backups are restored.',
    }),
    clusterIdentifier: t.string({ required: true, description: newClusterIdentifier }),
    point: t.field({
      type: RestorePointInput,
      required: true,
      description: 'The point to which the cluster is restored.',
    }),
    likeSource: t.boolean({
      defaultValue: true,
      description:
        'Whether the subnet group, security groups, port and tags of the cluster are used where `options` and `tags` say nothing. AWS cannot set the parameter group in this restore: it is in `remainingCalls`, and takes effect after a reboot.',
    }),
    options: t.field(optionsFor('time')),
    tags: t.field({
      type: [TagInput],
      description:
        'The tags of the new cluster: at most 50, including the tags of the cluster, which they override by key. If your permission CLUSTER_RESTORE or SNAPSHOT_READ depends on tags, the cluster must have tags for which you have it.',
    }),
    ...everyInput(t),
  }),
});

builder.mutationField('restoreClusterToTime', (t) =>
  t.field({
    type: RestoreClusterPayload,
    nullable: true,
    description:
      'Restores an Amazon DocumentDB cluster from its continuous backups to a new cluster: to a time, to the latest time, or as a clone. Everything is checked before AWS is called, and all failed checks are returned at once. The new cluster has no instances: create them with `createClusterInstances` once it is available.',
    args: {
      input: t.arg({
        type: RestoreClusterToTimeInput,
        required: true,
        description: 'The cluster to restore, the point, and the properties of the new cluster.',
      }),
    },
    extensions: { price: restore },
    errors: {
      types: [RestoreRefusedError, AlreadyExistsError, QuotaExceededError],
      union: resultOf('restoreClusterToTime'),
    },
    resolve: (_root, { input }, ctx) => ctx.changes.restoreClusterToTime(input),
  }),
);
