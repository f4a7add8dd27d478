import type { ClusterInstance, ClusterRestore, ClusterRestoreState } from '../snapshots/cluster.ts';
import { builder } from './builder.ts';

const ClusterRestoreStateEnum = builder.enumType('ClusterRestoreState', {
  description: 'The state of a restore that creates a cluster.',
  values: {
    STARTING: { description: 'The restore is starting.' },
    RESTORING: { description: 'The data of the cluster is being restored.' },
    COMPLETED: { description: 'The restore is complete.' },
    FAILED: { description: 'The restore failed.' },
    UNKNOWN: { description: 'AWS reports a state that this API does not know.' },
  } satisfies Record<ClusterRestoreState, object>,
});

export const ClusterRestoreType = builder.objectRef<ClusterRestore>('ClusterRestore').implement({
  description:
    'The restore that creates a cluster. Amazon Redshift reports megabytes and seconds only for clusters with DC2 nodes, and Amazon DocumentDB does not report them: they are null then.',
  fields: (t) => ({
    state: t.expose('state', { type: ClusterRestoreStateEnum, description: 'The state of this restore.' }),
    percent: t.exposeFloat('percent', {
      nullable: true,
      description:
        'The progress in percent, from 0 to 100. Null if AWS does not report it, such as for Amazon Redshift clusters with nodes other than DC2.',
    }),
    restoredMegabytes: t.exposeFloat('restoredMegabytes', {
      nullable: true,
      description: 'The number of megabytes restored so far (Amazon Redshift with DC2 nodes only).',
    }),
    totalMegabytes: t.exposeFloat('totalMegabytes', {
      nullable: true,
      description: 'The size of the data to restore, in megabytes (Amazon Redshift with DC2 nodes only).',
    }),
    rateMegabytesPerSecond: t.exposeFloat('rateMegabytesPerSecond', {
      nullable: true,
      description:
        'The transfer rate, in megabytes per second; of a completed restore, the average (Amazon Redshift with DC2 nodes only).',
    }),
    elapsedSeconds: t.exposeFloat('elapsedSeconds', {
      nullable: true,
      description:
        'The number of seconds since the restore started or, if it is complete, that it took (Amazon Redshift with DC2 nodes only).',
    }),
    remainingSeconds: t.exposeFloat('remainingSeconds', {
      nullable: true,
      description:
        'The estimated number of seconds until the restore is complete (Amazon Redshift with DC2 nodes only). Null if AWS has no estimate.',
    }),
  }),
});

export const ClusterInstanceType = builder.objectRef<ClusterInstance>('ClusterInstance').implement({
  description: 'An instance of a cluster, with its status.',
  fields: (t) => ({
    identifier: t.exposeString('identifier', { description: 'The identifier (name) of this instance.' }),
    rawStatus: t.exposeString('rawStatus', {
      description: 'The status of this instance, as AWS reports it, such as `creating` or `available`.',
    }),
    instanceClass: t.exposeString('instanceClass', {
      nullable: true,
      description: 'The instance class of this instance, such as `db.r6g.large`.',
    }),
    isWriter: t.exposeBoolean('isWriter', {
      nullable: true,
      description:
        'Whether this instance is the writer (the primary instance). Null if AWS does not list the instance as a member of the cluster.',
    }),
    availabilityZone: t.exposeString('availabilityZone', {
      nullable: true,
      description: 'The Availability Zone of this instance. Null until AWS has chosen one.',
    }),
  }),
});
