/** The queries that are measured. */
export type ShapeName = 'a' | 'b' | 'c';

export interface Shape {
  readonly title: string;
  readonly query: string;
}

const tenFields = `
      id
      arn
      identifier
      clusterIdentifier
      createdAt
      status
      type
      encrypted
      engineVersion
      size {
        totalMegabytes
      }`;

/** Every field of a snapshot of Amazon Redshift except the details of its AWS KMS key, which need another AWS service. */
const allFields = `
      id
      arn
      availabilityZones
      cluster {
        id
        arn
        identifier
        status
        rawStatus
        createdAt
        engineVersion
        encrypted
        masterUsername
        endpoint {
          address
          port
        }
      }
      clusterCreatedAt
      clusterIdentifier
      createdAt
      encrypted
      engineVersion
      identifier
      kmsKeyId
      masterUsername
      origin {
        account
        region
        snapshotArn
      }
      ownerAccountId
      port
      progress {
        elapsedSeconds
        percent
        rateMegabytesPerSecond
        remainingSeconds
        transferredMegabytes
      }
      rawStatus
      retention {
        days
        forever
        remainingDays
        startedAt
      }
      sharing {
        accounts
        awsSupport
        public
        remainingAccounts
      }
      size {
        incrementalMegabytes
        totalMegabytes
      }
      source {
        id
        account
        accountName
        region
        service
      }
      status
      tags {
        key
        value
      }
      type
      viewerPermissions
      vpcId
      ... on RedshiftSnapshot {
        availabilityZone
        clusterVersion
        databaseName
        encryptedWithHsm
        engineFullVersion
        enhancedVpcRouting
        maintenanceTrackName
        masterPasswordSecretArn
        masterPasswordSecretKmsKeyId
        nodeType
        numberOfNodes
        restorableNodeTypes
        sourceRegion
      }`;

const listOf = (first: number, fields: string) => `{
  snapshots(first: ${first}) {
    nodes {${fields}
    }
  }
}`;

export const shapes: Readonly<Record<ShapeName, Shape>> = {
  a: { title: '`node(id) { id }`', query: 'query ($id: ID!) {\n  node(id: $id) {\n    id\n  }\n}' },
  b: { title: '20 snapshots with 10 fields', query: listOf(20, tenFields) },
  c: { title: '100 snapshots with all fields, tags, sharing and cluster', query: listOf(100, allFields) },
};

export const shapeNames = Object.keys(shapes) as ShapeName[];

/** The query of shape c with the names of types, from which the servers in memory get their records. */
export const everyRecord = shapes.c.query.replaceAll('id\n', 'id\n __typename\n');

/** Lists of 100 snapshots with 10 fields, one for each of these regions, in one request. */
export const listsOf = (regions: readonly string[]) =>
  `{\n${regions.map((region, index) => `  list${index}: snapshots(first: 100, filter: { regions: ["${region}"] }) { nodes { ...fields } }`).join('\n')}\n}\nfragment fields on Snapshot {${tenFields}\n}`;
