import { builder } from '../../graphql/builder.ts';
import { SnapshotInterface } from '../../graphql/snapshot.ts';
import type { RedshiftSnapshot } from './snapshot-kind.ts';

builder.objectRef<RedshiftSnapshot>('RedshiftSnapshot').implement({
  description: 'A snapshot of an Amazon Redshift cluster.',
  interfaces: [builder.nodeInterfaceRef(), SnapshotInterface],
  fields: (t) => ({
    availabilityZone: t.string({
      nullable: true,
      description: 'The availability zone in which the cluster ran.',
      resolve: ({ aws }) => aws.AvailabilityZone,
    }),
    clusterVersion: t.string({
      nullable: true,
      description: 'The version of the engine that ran on the cluster.',
      resolve: ({ aws }) => aws.ClusterVersion,
    }),
    engineFullVersion: t.string({
      nullable: true,
      description: 'The exact version, such as `1.0.41465`.',
      resolve: ({ aws }) => aws.EngineFullVersion,
    }),
    nodeType: t.string({
      nullable: true,
      description: 'The type of the nodes of the cluster, such as `ra3.xlplus`.',
      resolve: ({ aws }) => aws.NodeType,
    }),
    numberOfNodes: t.int({
      nullable: true,
      description: 'How many nodes the cluster had.',
      resolve: ({ aws }) => aws.NumberOfNodes,
    }),
    databaseName: t.string({
      nullable: true,
      description: 'The database that was made with the cluster.',
      resolve: ({ aws }) => aws.DBName,
    }),
    encryptedWithHsm: t.boolean({
      nullable: true,
      description: 'Whether the encryption keys come from a hardware security module.',
      resolve: ({ aws }) => aws.EncryptedWithHSM,
    }),
    enhancedVpcRouting: t.boolean({
      nullable: true,
      description: 'Whether the traffic of COPY and UNLOAD is kept inside the VPC.',
      resolve: ({ aws }) => aws.EnhancedVpcRouting,
    }),
    maintenanceTrackName: t.string({
      nullable: true,
      description: 'The maintenance track of the cluster.',
      resolve: ({ aws }) => aws.MaintenanceTrackName,
    }),
    restorableNodeTypes: t.stringList({
      nullable: true,
      description: 'The node types that it can be restored to.',
      resolve: ({ aws }) => aws.RestorableNodeTypes,
    }),
    sourceRegion: t.string({
      nullable: true,
      description: 'The region it was copied from. Null when it was not copied across regions.',
      resolve: ({ aws }) => aws.SourceRegion,
    }),
    masterPasswordSecretArn: t.string({
      nullable: true,
      description: 'The AWS Secrets Manager secret that holds the administrator’s password.',
      resolve: ({ aws }) => aws.MasterPasswordSecretArn,
    }),
    masterPasswordSecretKmsKeyId: t.string({
      nullable: true,
      description: 'The AWS KMS key that encrypts that secret.',
      resolve: ({ aws }) => aws.MasterPasswordSecretKmsKeyId,
    }),
  }),
});
