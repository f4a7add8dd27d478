import { builder } from '../../graphql/builder.ts';
import { toInt } from '../../graphql/scalars.ts';
import { SnapshotInterface } from '../../graphql/snapshot.ts';
import type { RedshiftSnapshot } from './snapshot-kind.ts';

const RedshiftSnapshotType = builder.objectRef<RedshiftSnapshot>('RedshiftSnapshot').implement({
  description: 'A snapshot of an Amazon Redshift cluster.',
  interfaces: [builder.nodeInterfaceRef(), SnapshotInterface],
  fields: (t) => ({
    availabilityZone: t.string({
      nullable: true,
      description: 'The Availability Zone of the cluster that this snapshot was taken from.',
      resolve: ({ aws }) => aws.AvailabilityZone,
    }),
    clusterVersion: t.string({
      nullable: true,
      description: 'The engine version of the cluster that this snapshot was taken from.',
      resolve: ({ aws }) => aws.ClusterVersion,
    }),
    engineFullVersion: t.string({
      nullable: true,
      description: 'The exact engine version of this snapshot, such as `1.0.41465`.',
      resolve: ({ aws }) => aws.EngineFullVersion,
    }),
    nodeType: t.string({
      nullable: true,
      description: 'The node type of the cluster that this snapshot was taken from, such as `ra3.xlplus`.',
      resolve: ({ aws }) => aws.NodeType,
    }),
    numberOfNodes: t.int({
      nullable: true,
      description: 'The number of nodes of the cluster when this snapshot was taken.',
      resolve: ({ aws }) => toInt(aws.NumberOfNodes),
    }),
    databaseName: t.string({
      nullable: true,
      description:
        'The name of the database that was created together with the cluster that this snapshot was taken from.',
      resolve: ({ aws }) => aws.DBName,
    }),
    encryptedWithHsm: t.boolean({
      nullable: true,
      description: 'Whether the encryption keys of this snapshot come from a hardware security module (HSM).',
      resolve: ({ aws }) => aws.EncryptedWithHSM,
    }),
  }),
});

/** Further settings of the cluster, and origin and secrets of the snapshot. */
builder.objectFields(RedshiftSnapshotType, (t) => ({
  enhancedVpcRouting: t.boolean({
    nullable: true,
    description:
      'Whether enhanced VPC routing was enabled on the cluster: COPY and UNLOAD traffic stays inside the VPC.',
    resolve: ({ aws }) => aws.EnhancedVpcRouting,
  }),
  maintenanceTrackName: t.string({
    nullable: true,
    description: 'The name of the maintenance track of the cluster that this snapshot was taken from.',
    resolve: ({ aws }) => aws.MaintenanceTrackName,
  }),
  restorableNodeTypes: t.stringList({
    nullable: true,
    description:
      'The node types that this snapshot can be restored to. Null in the result of createSnapshot, in which Amazon Redshift does not report them.',
    resolve: ({ aws }) => aws.RestorableNodeTypes,
  }),
  sourceRegion: t.string({
    nullable: true,
    description:
      'The region that this snapshot was copied from. Null if this snapshot was not copied from another region.',
    resolve: ({ aws }) => aws.SourceRegion,
  }),
  masterPasswordSecretArn: t.string({
    nullable: true,
    description: 'The ARN of the AWS Secrets Manager secret that contains the password of the database administrator.',
    resolve: ({ aws }) => aws.MasterPasswordSecretArn,
  }),
  masterPasswordSecretKmsKeyId: t.string({
    nullable: true,
    description: 'The AWS KMS key that encrypts the secret of `masterPasswordSecretArn`.',
    resolve: ({ aws }) => aws.MasterPasswordSecretKmsKeyId,
  }),
}));
