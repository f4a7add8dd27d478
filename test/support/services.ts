/** What a test says of a snapshot, in words that fit every service. What is left out gets the emulator's default. */
export interface SnapshotParts {
  readonly cluster?: string | undefined;
  /** The account that owns it. */
  readonly account?: string | undefined;
  readonly region?: string | undefined;
  readonly createdAt?: string | undefined;
  readonly type?: 'manual' | 'automated' | undefined;
  readonly status?: string | undefined;
  /** When it becomes available. */
  readonly readyAt?: string | undefined;
  readonly isEncrypted?: boolean | undefined;
  readonly kmsKeyId?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** The accounts that it is shared with, or the service's word for a group of them. */
  readonly shares?: readonly string[] | undefined;
  /** The size; ignored where the service does not report one. */
  readonly megabytes?: number | undefined;
  /** The retention; ignored where the service has none. */
  readonly days?: number | undefined;
  /** Of another engine on the same control plane; ignored where the service has a control plane of its own. */
  readonly isForeign?: boolean | undefined;
}

/** What a test says of a cluster. */
export interface ClusterParts {
  readonly account?: string | undefined;
  readonly region?: string | undefined;
  readonly createdAt?: string | undefined;
  readonly status?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly isForeign?: boolean | undefined;
}

/** What test worlds need to know of a service. */
export interface TestedService {
  /** Its control plane: the service in ARNs and in the emulator's JSON. */
  readonly plane: 'redshift' | 'rds';
  /** What the names of its GraphQL types begin with. */
  readonly typePrefix: string;
  /** The cluster of a snapshot that names none. */
  readonly cluster: string;
  /** What the names of its automated snapshots begin with. */
  readonly automatedPrefix: string;
  /** The cluster of snapshots of another engine, where the control plane has other engines. */
  readonly foreignCluster?: string;
  readonly snapshotResource: (name: string, cluster: string) => string;
  readonly snapshotMembers: (name: string, cluster: string, parts: SnapshotParts) => object;
  readonly clusterMembers: (name: string, parts: ClusterParts) => object;
}

/** Every service under test, by its name in GraphQL. A new service needs one entry. */
export const testedServices = {
  REDSHIFT: {
    plane: 'redshift',
    typePrefix: 'Redshift',
    cluster: 'sales',
    automatedPrefix: 'rs:',
    snapshotResource: (name, cluster) => `snapshot:${cluster}/${name}`,
    snapshotMembers: (name, cluster, { type, isEncrypted, kmsKeyId, shares, megabytes, days }) => ({
      SnapshotIdentifier: name,
      ClusterIdentifier: cluster,
      Encrypted: isEncrypted,
      KmsKeyId: kmsKeyId,
      TotalBackupSizeInMegaBytes: megabytes,
      ManualSnapshotRetentionPeriod: type === 'automated' ? undefined : days,
      AccountsWithRestoreAccess: shares?.map((party) =>
        /^\d/.test(party) ? { AccountId: party } : { AccountAlias: party },
      ),
    }),
    clusterMembers: (name, { status }) => ({ ClusterIdentifier: name, ClusterStatus: status }),
  },
  DOCUMENTDB: onRds('DocumentDB', 'docdb', 'orders'),
} as const satisfies Readonly<Record<string, TestedService>>;

/** The name of a service under test. */
export type ServiceName = keyof typeof testedServices;

export const serviceNames = Object.keys(testedServices) as ServiceName[];

function onRds(typePrefix: string, engine: string, cluster: string): TestedService {
  const engineOf = (isForeign = false) => (isForeign ? 'neptune' : engine);
  return {
    plane: 'rds',
    typePrefix,
    cluster,
    automatedPrefix: 'rds:',
    foreignCluster: 'social',
    snapshotResource: (name) => `cluster-snapshot:${name}`,
    snapshotMembers: (name, clusterName, { isEncrypted, kmsKeyId, shares, isForeign }) => ({
      DBClusterSnapshotIdentifier: name,
      DBClusterIdentifier: clusterName,
      Engine: engineOf(isForeign),
      StorageEncrypted: isEncrypted,
      KmsKeyId: kmsKeyId,
      RestoreAccounts: shares,
    }),
    clusterMembers: (name, { status, isForeign }) => ({
      DBClusterIdentifier: name,
      Engine: engineOf(isForeign),
      Status: status,
    }),
  };
}
