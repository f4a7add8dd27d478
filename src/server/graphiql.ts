/** What GraphiQL opens with: the snapshots of both services, ready to run. */
export const firstQuery = `# Welcome to snapgate. Press the play button.
# Ctrl-Space completes; the book on the left
# holds every type and field.
query Snapshots {
  redshift: snapshots(
    first: 5
    filter: { services: [REDSHIFT] }
  ) {
    ...Page
  }
  documentdb: snapshots(
    first: 5
    filter: { services: [DOCUMENTDB] }
  ) {
    ...Page
  }
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
