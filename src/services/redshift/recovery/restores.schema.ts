import { builder } from '../../../graphql/builder.ts';
import { RetentionInput } from '../../../graphql/mutations/recovery/inputs.ts';
import { restoreOptions } from '../../../graphql/mutations/recovery/service-options.ts';

const listed = 'The configuration of the gateway must list it under `restore`.';

const RedshiftNodesInput = builder.inputType('RedshiftNodesInput', {
  description: 'The nodes of a restored Amazon Redshift cluster. If omitted, the nodes of the snapshot.',
  fields: (t) => ({
    type: t.string({
      description: `The node type, one of \`restorableNodeTypes\` of the snapshot. DC2 snapshots can also be restored to RA3. ${listed}`,
    }),
    count: t.int({
      description:
        'The number of nodes, 1 to 128. The configuration of the gateway limits it under `restore`. AWS lists the possible sizes with redshift:DescribeNodeConfigurationOptions; if the gateway may not call it, AWS decides.',
    }),
    reservedNodeId: t.string({
      description:
        'The ID of the reserved node to exchange. Requires `targetReservedNodeOfferingId`. The configuration of the gateway must allow it under `restore`.',
    }),
    targetReservedNodeOfferingId: t.string({
      description: 'The ID of the target reserved node offering. Requires `reservedNodeId`.',
    }),
  }),
});

const IpAddressType = builder.enumType('RedshiftIpAddressType', {
  description: 'The IP address type of an Amazon Redshift cluster.',
  values: {
    IPV4: { value: 'ipv4', description: 'IPv4 only.' },
    DUALSTACK: { value: 'dualstack', description: 'IPv4 and IPv6.' },
  },
});

const RedshiftNetworkInput = builder.inputType('RedshiftNetworkInput', {
  description: 'The network of a restored Amazon Redshift cluster.',
  fields: (t) => ({
    subnetGroup: t.string({
      description: `The cluster subnet group. If omitted, that of \`likeCluster\` or the group \`default\`. ${listed}`,
    }),
    securityGroupIds: t.stringList({
      description: `The IDs of the VPC security groups. If omitted, those of \`likeCluster\` or the default security group of the VPC. ${listed}`,
    }),
    port: t.int({
      description:
        'The port: 5431 to 5455 or 8191 to 8215 for RA3 and RG nodes, 1150 to 65535 for DC2 nodes. If omitted, that of `likeCluster` or of the snapshot.',
    }),
    publiclyAccessible: t.boolean({
      defaultValue: false,
      description:
        'Whether the cluster can be reached from the internet. False is always sent to AWS unless true is given. The configuration of the gateway must allow it under `restore`.',
    }),
    elasticIp: t.string({
      description: `The Elastic IP address. Requires \`publiclyAccessible\`, and not \`availabilityZoneRelocation\`. ${listed}`,
    }),
    availabilityZone: t.string({ description: 'The Availability Zone. Not together with `multiAz`.' }),
    availabilityZoneRelocation: t.boolean({
      description: 'Whether AWS can move the cluster to another Availability Zone.',
    }),
    multiAz: t.boolean({
      description:
        'Whether the cluster runs in two Availability Zones, which AWS chooses, with all of its nodes in each of them: the configuration of the gateway limits their total under `restore`.',
    }),
    enhancedVpcRouting: t.boolean({
      description:
        'Whether the COPY and UNLOAD traffic of the cluster stays inside its VPC. If omitted, as in `likeCluster`.',
    }),
    ipAddressType: t.field({ type: IpAddressType, description: 'The IP address type.' }),
  }),
});

const RedshiftSecurityInput = builder.inputType('RedshiftSecurityInput', {
  description: 'The keys, roles and admin password of a restored Amazon Redshift cluster.',
  fields: (t) => ({
    kmsKeyId: t.string({
      description: `The ID, ARN or alias of the AWS KMS key that encrypts the cluster. If omitted, the key of the snapshot. The cluster of an unencrypted snapshot is encrypted if it is given. ${listed}`,
    }),
    iamRoles: t.stringList({
      description: `The ARNs of the IAM roles of the cluster, in the account that restores. The gateway passes them with its own credentials. ${listed}`,
    }),
    defaultIamRole: t.string({ description: 'The ARN of the default role, one of `iamRoles`.' }),
    manageMasterPassword: t.boolean({
      description:
        'Whether AWS creates a new admin password in AWS Secrets Manager. If omitted or false, the password of the cluster when the snapshot was taken.',
    }),
    masterPasswordSecretKmsKeyId: t.string({
      description: `The AWS KMS key of the secret with the admin password. Requires \`manageMasterPassword\`. ${listed}`,
    }),
  }),
});

const RedshiftMaintenanceInput = builder.inputType('RedshiftMaintenanceInput', {
  description: 'The maintenance of a restored Amazon Redshift cluster.',
  fields: (t) => ({
    parameterGroup: t.string({
      description: 'The cluster parameter group. If omitted, that of `likeCluster` or the default group of its family.',
    }),
    window: t.string({
      description: 'The weekly maintenance window in UTC, at least 30 minutes: `sat:06:00-sat:06:30`, for example.',
    }),
    track: t.string({ description: 'The maintenance track.' }),
    allowVersionUpgrade: t.boolean({
      description: 'Whether AWS applies major version upgrades in the maintenance window. If omitted, true.',
    }),
  }),
});

const RedshiftRestoreBackupsInput = builder.inputType('RedshiftRestoreBackupsInput', {
  description: 'The backup settings of a restored Amazon Redshift cluster.',
  fields: (t) => ({
    automatedRetentionDays: t.int({
      description:
        'The retention period of automated snapshots in days: 0 to 35, for RA3 and RG nodes 1 to 35. If omitted, that of the cluster of the snapshot.',
    }),
    manualRetention: t.field({
      type: RetentionInput,
      description: 'The default retention period of manual snapshots of the cluster.',
    }),
    schedule: t.string({ description: 'The identifier of the snapshot schedule of the cluster.' }),
  }),
});

const RedshiftRestoreOptions = builder.inputType('RedshiftRestoreOptions', {
  description: 'The options of a restored Amazon Redshift cluster.',
  fields: (t) => ({
    nodes: t.field({ type: RedshiftNodesInput, description: 'The type and number of nodes.' }),
    network: t.field({ type: RedshiftNetworkInput, description: 'The network.' }),
    security: t.field({ type: RedshiftSecurityInput, description: 'The keys, roles and admin password.' }),
    maintenance: t.field({ type: RedshiftMaintenanceInput, description: 'The maintenance.' }),
    backups: t.field({ type: RedshiftRestoreBackupsInput, description: 'The backup settings.' }),
  }),
});

restoreOptions.set('redshift', {
  type: RedshiftRestoreOptions,
  description: 'The options for an Amazon Redshift snapshot. Not allowed for a snapshot of another service.',
});
