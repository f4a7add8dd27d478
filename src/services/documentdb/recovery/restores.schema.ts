import { builder, type InputFields } from '../../../graphql/builder.ts';
import { restoreOptions, sharedOptions } from '../../../graphql/mutations/recovery/service-options.ts';

const listed = 'The configuration of the gateway must list it under `restore`.';

const LogType = builder.enumType('DocumentDBLogType', {
  description: 'A log that an Amazon DocumentDB cluster can export to Amazon CloudWatch Logs.',
  values: {
    AUDIT: { value: 'audit', description: 'The audit log.' },
    PROFILER: { value: 'profiler', description: 'The log of slow operations.' },
  },
});

const StorageType = builder.enumType('DocumentDBStorageType', {
  description: 'The storage type of an Amazon DocumentDB cluster.',
  values: {
    STANDARD: { value: 'standard', description: 'Standard storage, with a price for input and output.' },
    IOPT1: { value: 'iopt1', description: 'I/O-optimized storage.' },
  },
});

const NetworkType = builder.enumType('DocumentDBNetworkType', {
  description: 'The network type of an Amazon DocumentDB cluster.',
  values: {
    IPV4: { value: 'IPV4', description: 'IPv4 only.' },
    DUAL: { value: 'DUAL', description: 'IPv4 and IPv6; the subnet group must support it.' },
  },
});

const ServerlessScaling = builder.inputType('DocumentDBServerlessScalingInput', {
  description: 'The capacity range of the serverless instances of a cluster, in steps of 0.5 units.',
  fields: (t) => ({
    minimumUnits: t.float({ required: true, description: 'The minimum capacity in DocumentDB capacity units.' }),
    maximumUnits: t.float({ required: true, description: 'The maximum capacity in DocumentDB capacity units.' }),
  }),
});

const Instances = builder.inputType('DocumentDBInstancesInput', {
  description: 'The instances of an Amazon DocumentDB cluster: one primary instance, and replicas.',
  fields: (t) => ({
    class: t.string({ required: true, description: `The instance class, such as \`db.r6g.large\`. ${listed}` }),
    count: t.int({
      required: true,
      defaultValue: 1,
      description:
        'The number of instances, 1 to 16. The configuration of the gateway limits the total number of the cluster under `restore`.',
    }),
    caCertificate: t.string({ description: 'The identifier of the CA certificate of the instances.' }),
  }),
});

/** Defines the options that both restores have. */
function sharedFields(t: InputFields, like: string) {
  return {
    subnetGroup: t.string({
      description: `The subnet group. If omitted, that of ${like} or the group \`default\`, if there is one. ${listed}`,
    }),
    securityGroupIds: t.stringList({
      description: `The IDs of the VPC security groups. If omitted, those of ${like} or the default security group of the VPC, not those of the cluster of the snapshot. ${listed}`,
    }),
    port: t.int({ description: `The port, 1150 to 65535. If omitted, that of ${like} or the default of AWS.` }),
    kmsKeyId: t.string({
      description: `The ID, ARN or alias of the AWS KMS key that encrypts the cluster. If omitted, the key of what is restored. ${listed}`,
    }),
    deletionProtection: t.boolean({
      defaultValue: true,
      description:
        'Whether AWS refuses to delete the cluster. True is sent unless false is given: set it to false for a restore test.',
    }),
    logExports: t.field({ type: [LogType], description: 'The logs to export to Amazon CloudWatch Logs.' }),
    storageType: t.field({ type: StorageType, description: 'The storage type.' }),
    networkType: t.field({ type: NetworkType, description: 'The network type.' }),
    serverlessScaling: t.field({
      type: ServerlessScaling,
      description: 'The capacity range of serverless instances. Required for the instance class `db.serverless`.',
    }),
    instances: t.field({
      type: Instances,
      description:
        'The instances to create once the cluster is available. They are checked, and returned as `remainingCalls`; create them with `createClusterInstances`.',
    }),
  };
}

const RestoreOptions = builder.inputType('DocumentDBRestoreOptions', {
  description: 'The options of a restored Amazon DocumentDB cluster.',
  fields: (t) => ({
    ...sharedFields(t, '`likeCluster`'),
    availabilityZones: t.stringList({
      description: 'One to three Availability Zones of the region, which the subnet group must cover.',
    }),
    parameterGroup: t.string({
      description:
        'The cluster parameter group, whose family must fit the engine version. If omitted, that of `likeCluster` or the default group.',
    }),
    engineVersion: t.string({
      description:
        'The engine version, which AWS must offer, and which must not be older than that of the snapshot. If omitted, that of the snapshot.',
    }),
  }),
});

const TimeOptions = builder.inputType('DocumentDBRestoreToTimeOptions', {
  description: 'The options of an Amazon DocumentDB cluster that is restored to a time.',
  fields: (t) => sharedFields(t, 'the source (with `likeSource`)'),
});

restoreOptions.set('documentdb', {
  type: RestoreOptions,
  description: 'The options for an Amazon DocumentDB snapshot. Not allowed for a snapshot of another service.',
});
sharedOptions.set('time', { type: TimeOptions, description: 'The options of the new cluster.' });
sharedOptions.set('instances', { type: Instances, description: 'The instances.' });
