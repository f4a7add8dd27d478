/**
 * An operation with which GraphiQL opens, in a tab of its own. GraphiQL names the tab after the first operation. A text in
 * double braces, such as `{{cluster}}`, stands for a value of the fleet: the page replaces it.
 */
export interface Example {
  readonly query: string;
  readonly variables: object;
}

/** The examples that change the fleet, or show with a dry run how they would, in the order of their tabs. */
export const exampleChanges: readonly Example[] = [
  {
    query: `# Creates a manual snapshot, which AWS keeps, and
# charges for, until you delete it. With dryRun
# true, it shows the calls to AWS, and changes
# nothing. The next tab follows its progress.
mutation CreateSnapshot($input: CreateSnapshotInput!) {
  createSnapshot(input: $input) {
    __typename
    ... on CreateSnapshotPayload {
      snapshot {
        arn
        status
      }
      plannedCalls {
        action
        parameters
      }
    }
    ... on Error {
      code
      message
    }
  }
}
`,
    variables: { input: { clusterId: '{{cluster}}', identifier: '{{newIdentifier}}', dryRun: false } },
  },
  {
    query: `# Follows the snapshot of the previous tab until
# it is available.
subscription WatchSnapshot($id: ID!) {
  snapshotProgress(id: $id) {
    identifier
    status
    progress {
      percent
    }
  }
}
`,
    variables: { id: '{{newSnapshot}}' },
  },
  {
    query: `# Shares a manual snapshot with another account.
# With dryRun true, it shows the calls to AWS, and
# changes nothing.
mutation ShareSnapshot($input: ShareSnapshotInput!) {
  shareSnapshot(input: $input) {
    __typename
    ... on ShareSnapshotPayload {
      snapshot {
        arn
      }
      plannedCalls {
        action
        parameters
      }
    }
    ... on Error {
      code
      message
    }
  }
}
`,
    variables: { input: { snapshotId: '{{manualSnapshot}}', accounts: ['{{otherAccount}}'], dryRun: true } },
  },
  {
    query: `# Restores a snapshot to a new cluster. With
# dryRun true, it shows the calls to AWS, or all
# reasons why they would fail, and changes
# nothing.
mutation RestoreCluster($input: RestoreClusterInput!) {
  restoreCluster(input: $input) {
    __typename
    ... on RestoreClusterPayload {
      plannedCalls {
        action
        parameters
      }
    }
    ... on Error {
      code
      message
    }
    ... on RestoreRefusedError {
      checks {
        requirement
        verdict
        message
      }
    }
  }
}
`,
    variables: {
      input: {
        snapshotId: '{{snapshot}}',
        clusterIdentifier: 'restore-test',
        likeCluster: '{{cluster}}',
        dryRun: true,
      },
    },
  },
];
