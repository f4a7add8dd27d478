import { question } from './question.ts';

/** The questions of the section Inventory. */
export const inventory = [
  question(
    'Which snapshots are the newest?',
    `query NewestSnapshots($first: Int = 10) {
  snapshots(first: $first, orderBy: { field: CREATED_AT, direction: DESC }) {
    isComplete
    nodes {
      arn
      createdAt
      status
    }
  }
}
`,
  ),
  question(
    'Which snapshots are the oldest?',
    `query OldestSnapshots($last: Int = 5) {
  snapshots(last: $last, orderBy: { field: CREATED_AT, direction: DESC }) {
    nodes {
      arn
      createdAt
      type
    }
    isComplete
  }
}
`,
  ),
  question(
    'Which snapshots are the largest?',
    `query LargestSnapshots($first: Int = 10) {
  snapshots(first: $first, orderBy: { field: SIZE, direction: DESC }) {
    nodes {
      arn
      size {
        totalMegabytes
      }
    }
    isComplete
  }
}
`,
  ),
  question(
    'How many snapshots are there, by account, service and type?',
    `query SnapshotCounts {
  snapshotSummary(groupBy: [ACCOUNT, SERVICE, TYPE]) {
    total {
      value
      precision
    }
    groups {
      keys {
        value
      }
      count
    }
    isComplete
  }
}
`,
  ),
  question(
    'Which clusters have the most snapshots?',
    `query ClustersWithMostSnapshots($first: Int = 5) {
  snapshotSummary(
    groupBy: [SERVICE, ACCOUNT, REGION, CLUSTER]
    first: $first
    orderBy: { field: COUNT, direction: DESC }
  ) {
    groupCount
    groups {
      keys {
        value
      }
      count
      oldestAt
      newestAt
    }
    isComplete
  }
}
`,
  ),
  question(
    'How many snapshots were created in the last 24 hours, by status?',
    `query SnapshotsByStatus($days: Int = 1) {
  snapshotSummary(groupBy: [STATUS], filter: { youngerThanDays: $days }) {
    groups {
      keys {
        value
      }
      count
    }
    isComplete
  }
}
`,
  ),
  question(
    'Which snapshots does one cluster have, newest first?',
    `query SnapshotsOfCluster($arn: String! = "arn:aws:redshift:us-east-1:123456789012:cluster:sales-warehouse") {
  cluster(arn: $arn) {
    snapshots(first: 5, orderBy: { field: CREATED_AT, direction: DESC }) {
      totalCount {
        value
      }
      nodes {
        identifier
        createdAt
      }
      isComplete
    }
  }
}
`,
  ),
  question(
    'Which snapshots in a region were copied from another snapshot?',
    `query CopiedSnapshots($regions: [String!] = ["eu-west-1"]) {
  snapshots(first: 100, filter: { regions: $regions, copies: true }) {
    nodes {
      arn
      origin {
        region
        account
        snapshotArn
        cluster {
          arn
        }
      }
    }
    isComplete
  }
}
`,
  ),
  question(
    'Which snapshots are being created, and what is their progress?',
    `query SnapshotsInProgress {
  snapshots(first: 100, filter: { statuses: [CREATING, COPYING, FINAL] }) {
    nodes {
      arn
      status
      progress {
        percent
      }
    }
    isComplete
  }
}
`,
  ),
  question(
    'Which snapshots failed or were canceled?',
    `query FailedSnapshots {
  snapshots(first: 100, filter: { statuses: [FAILED, CANCELLED] }) {
    nodes {
      arn
      rawStatus
      createdAt
    }
    isComplete
  }
}
`,
  ),
];
