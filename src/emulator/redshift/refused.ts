import type { EmulatedService } from '../service.ts';

/** Input members of the SDK's model that are not emulated, by operation. */
export const refused: NonNullable<EmulatedService['refused']> = {
  CreateCluster: [
    'ClusterSecurityGroups',
    'HsmClientCertificateIdentifier',
    'HsmConfigurationIdentifier',
    'ElasticIp',
    'AdditionalInfo',
    'AquaConfigurationStatus',
    'LoadSampleData',
    'RedshiftIdcApplicationArn',
    'CatalogName',
    'ExtraComputeForAutomaticOptimization',
  ],
  DisableLogging: ['LogDestinationType', 'LogExports'],
  EnableLogging: ['S3TableKmsKeyId', 'S3TableGranularity'],
  ModifyCluster: [
    'ClusterSecurityGroups',
    'HsmClientCertificateIdentifier',
    'HsmConfigurationIdentifier',
    'ElasticIp',
    'ExtraComputeForAutomaticOptimization',
  ],
  RestoreFromClusterSnapshot: [
    'HsmClientCertificateIdentifier',
    'HsmConfigurationIdentifier',
    'ElasticIp',
    'ClusterSecurityGroups',
    'AdditionalInfo',
    'AquaConfigurationStatus',
    'ReservedNodeId',
    'TargetReservedNodeOfferingId',
    'CatalogName',
    'RedshiftIdcApplicationArn',
  ],
};
