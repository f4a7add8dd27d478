import { serviceNames } from '../snapshots/service.ts';

/** The initial query in GraphiQL: snapshots of every service. */
export const firstQuery = `# Welcome to snapgate. Press the play button
# to run this query. Ctrl-Space autocompletes.
# The book icon opens the documentation.
query Snapshots {
${serviceNames.map(snapshotsOf).join('\n')}
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
`;

function snapshotsOf(service: string): string {
  return `  ${service.toLowerCase()}: snapshots(
    first: 5
    filter: { services: [${service}] }
  ) {
    ...Page
  }`;
}
