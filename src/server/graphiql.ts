import { serviceNames } from '../snapshots/service.ts';

/** What GraphiQL opens with: the snapshots of every service, ready to run. */
export const firstQuery = `# Welcome to snapgate. Press the play button.
# Ctrl-Space completes; the book on the left
# holds every type and field.
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
