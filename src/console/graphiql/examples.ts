import { serviceNames } from '../../snapshots/service.ts';
import { type Example, exampleChanges } from './example-changes.ts';

/** The query with which the page asks for the values of the variables. */
export const fleetQuery = `query ExampleValues {
  sources { account region service }
  clusters(first: 1) { nodes { arn latestSnapshot { arn } } }
  snapshots(first: 1, filter: { types: [MANUAL], statuses: [AVAILABLE] }) { nodes { arn source { account } } }
}`;

/** What a variable has while the fleet does not provide its value. */
export const placeholders = {
  cluster: 'arn:aws:redshift:us-east-1:123456789012:cluster:my-cluster',
  snapshot: 'arn:aws:redshift:us-east-1:123456789012:snapshot:my-cluster/my-snapshot',
  manualSnapshot: 'arn:aws:redshift:us-east-1:123456789012:snapshot:my-cluster/my-snapshot',
  otherAccount: '123456789012',
  newIdentifier: 'my-new-snapshot',
  newSnapshot: 'arn:aws:redshift:us-east-1:123456789012:snapshot:my-cluster/my-new-snapshot',
  timeZone: 'UTC',
};

/** The lines at the start of an example whose values the fleet does not provide. */
export const missingHint = `# Replace the values of the variables below: the
# gateway has not returned values from your fleet.
`;

/** The text of a new tab. */
export const newTabHint = `# Write an operation here. Ctrl-Space
# autocompletes, Ctrl-Enter runs it. Variables are
# in the pane below. The icons on the left open
# the documentation, the history, and an explorer
# that writes queries.
`;

/** The examples, in the order of their tabs. */
export const examples: readonly Example[] = [
  {
    query: `# Welcome to snapgate. Press the play button to
# run this query. The other tabs are further
# examples, on your fleet. Ctrl-Space
# autocompletes; the book icon opens the
# documentation.
query Browse($first: Int!) {
${serviceNames.map(pageOf).join('\n')}
}

fragment Page on SnapshotConnection {
  isComplete
  pageInfo {
    hasNextPage
    endCursor
  }
  nodes {
    __typename
    identifier
    clusterIdentifier
    type
    status
    createdAt
    source {
      account
      region
    }
    size {
      totalMegabytes
    }
    cluster {
      status
    }
  }
}
`,
    variables: { first: 5 },
  },
  {
    query: `# The snapshots of one cluster, newest first.
query ClusterHistory($cluster: String!, $first: Int!) {
  cluster(arn: $cluster) {
    identifier
    status
    backupRetentionDays
    snapshots(
      first: $first
      orderBy: { field: CREATED_AT, direction: DESC }
    ) {
      totalCount {
        value
        precision
      }
      isComplete
      nodes {
        identifier
        type
        status
        createdAt
        size {
          totalMegabytes
        }
      }
    }
  }
}
`,
    variables: { cluster: '{{cluster}}', first: 20 },
  },
  {
    query: `# Snapshots of clusters that no longer exist.
query Orphans($first: Int!) {
  snapshots(first: $first, filter: { orphaned: true }) {
    isComplete
    totalCount {
      value
      precision
    }
    nodes {
      arn
      type
      clusterIdentifier
      createdAt
      size {
        totalMegabytes
      }
    }
  }
}
`,
    variables: { first: 20 },
  },
  {
    query: `# Snapshots that every AWS account can restore,
# and those that accounts outside your own can
# restore.
query Exposure($first: Int!) {
  public: snapshots(first: $first, filter: { exposure: PUBLIC }) {
    ...Shared
  }
  external: snapshots(first: $first, filter: { exposure: EXTERNAL }) {
    ...Shared
  }
}

fragment Shared on SnapshotConnection {
  isComplete
  nodes {
    arn
    createdAt
    sharing {
      public
      awsSupport
      accounts
    }
  }
}
`,
    variables: { first: 20 },
  },
  {
    query: `# Clusters with a day without a snapshot.
query Gaps(
  $first: Int!
  $days: Int!
  $daysWithToday: Int!
  $timeZone: String!
) {
  clusters(
    first: $first
    filter: { gapWithinDays: $days, timeZone: $timeZone }
  ) {
    isComplete
    nodes {
      arn
      backupRetentionDays
      snapshotDays(last: $daysWithToday, timeZone: $timeZone) {
        date
        hasSnapshot
      }
    }
  }
}
`,
    variables: { first: 20, days: 6, daysWithToday: 7, timeZone: '{{timeZone}}' },
  },
  ...exampleChanges,
  {
    query: `# The fields that only one of the services has.
query FieldsPerType($first: Int!) {
${serviceNames.map(typedPageOf).join('\n')}
}

fragment OfType on Snapshot {
  __typename
  identifier
  ... on RedshiftSnapshot {
    nodeType
    numberOfNodes
    restorableNodeTypes
  }
  ... on DocumentDBSnapshot {
    engineVersion
    storageType
  }
}
`,
    variables: { first: 3 },
  },
];

function pageOf(service: string): string {
  return `  ${service.toLowerCase()}: snapshots(
    first: $first
    filter: { services: [${service}] }
  ) {
    ...Page
  }`;
}

function typedPageOf(service: string): string {
  return `  ${service.toLowerCase()}: snapshots(
    first: $first
    filter: { services: [${service}] }
  ) {
    isComplete
    nodes {
      ...OfType
    }
  }`;
}
