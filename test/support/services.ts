/** The snapshot that a copy was made from. */
export interface Origin {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

/** The properties of a test snapshot, in terms common to all services. Omitted properties get the emulator's default. */
export interface SnapshotParts {
  readonly cluster?: string | undefined;
  /** The account that owns the snapshot. */
  readonly account?: string | undefined;
  readonly region?: string | undefined;
  readonly createdAt?: string | undefined;
  /** When the cluster of the snapshot was created; by default, the time of the cluster in the same place. */
  readonly clusterCreatedAt?: string | undefined;
  /** The snapshot that this snapshot is a copy of, as far as the service reports it. */
  readonly origin?: Origin | undefined;
  readonly type?: 'manual' | 'automated' | undefined;
  readonly status?: string | undefined;
  /** When the snapshot becomes available. */
  readonly readyAt?: string | undefined;
  readonly isEncrypted?: boolean | undefined;
  readonly kmsKeyId?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** The accounts that the snapshot is shared with, or the service's name for a group of accounts. */
  readonly shares?: readonly string[] | undefined;
  /** The size; ignored if the service does not report sizes. */
  readonly megabytes?: number | undefined;
  /** The retention period; ignored if the service has none. */
  readonly days?: number | undefined;
  /** Whether the snapshot belongs to another engine of the same control plane; ignored if there is no other engine. */
  readonly isForeign?: boolean | undefined;
}

/** The properties of a test cluster. */
export interface ClusterParts {
  readonly account?: string | undefined;
  readonly region?: string | undefined;
  readonly createdAt?: string | undefined;
  readonly status?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly isForeign?: boolean | undefined;
}

/** The properties of a service that test worlds depend on. */
export interface TestedService {
  /** The control plane: the service name in ARNs and in the emulator's JSON. */
  readonly plane: 'redshift' | 'rds';
  /** The prefix of the GraphQL types. */
  readonly typePrefix: string;
  /** The default cluster of a snapshot. */
  readonly cluster: string;
  /** The name prefix of automated snapshots. */
  readonly automatedPrefix: string;
  /** The default cluster of snapshots of another engine, if the control plane has other engines. */
  readonly foreignCluster?: string;
  readonly snapshotResource: (name: string, cluster: string) => string;
  readonly snapshotMembers: (name: string, cluster: string, parts: SnapshotParts) => object;
  readonly clusterMembers: (name: string, parts: ClusterParts) => object;
}

/** All services under test, by their names in GraphQL. Add an entry for each new service. */
export const testedServices = {
  REDSHIFT: {
    plane: 'redshift',
    typePrefix: 'Redshift',
    cluster: 'sales',
    automatedPrefix: 'rs:',
    snapshotResource: (name, cluster) => `snapshot:${cluster}/${name}`,
    snapshotMembers: (name, cluster, { type, isEncrypted, kmsKeyId, shares, megabytes, days, region, origin }) => ({
      SnapshotIdentifier: name,
      ClusterIdentifier: cluster,
      Encrypted: isEncrypted,
      KmsKeyId: kmsKeyId,
      TotalBackupSizeInMegaBytes: megabytes,
      SourceRegion: origin?.region === region ? undefined : origin?.region,
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
    snapshotMembers: (name, clusterName, { isEncrypted, kmsKeyId, shares, isForeign, origin }) => ({
      DBClusterSnapshotIdentifier: name,
      DBClusterIdentifier: clusterName,
      Engine: engineOf(isForeign),
      StorageEncrypted: isEncrypted,
      KmsKeyId: kmsKeyId,
      RestoreAccounts: shares,
      SourceDBClusterSnapshotArn:
        origin && `arn:aws:rds:${origin.region}:${origin.account}:cluster-snapshot:${origin.name}`,
    }),
    clusterMembers: (name, { status, isForeign }) => ({
      DBClusterIdentifier: name,
      Engine: engineOf(isForeign),
      Status: status,
    }),
  };
}
