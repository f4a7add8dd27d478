import { question } from './question.ts';

/** The questions of the section Storage and cost. */
export const storage = [
  question(
    'Which clusters use the most snapshot storage?',
    `query StorageByCluster($first: Int = 10) {
  snapshotSummary(
    groupBy: [ACCOUNT, REGION, CLUSTER]
    filter: { services: [REDSHIFT] }
    first: $first
    orderBy: { field: TOTAL_MEGABYTES, direction: DESC }
  ) {
    groups {
      keys {
        value
      }
      totalMegabytes
      oldestAt
      newestAt
    }
    isComplete
  }
}
`,
  ),
  question(
    'How much storage does each key encrypt?',
    `query StorageByKey {
  snapshotSummary(
    groupBy: [KMS_KEY]
    filter: { services: [REDSHIFT] }
    orderBy: { field: TOTAL_MEGABYTES, direction: DESC }
  ) {
    groups {
      keys {
        value
      }
      count
      totalMegabytes
      unknownSizeCount
    }
    isComplete
  }
}
`,
  ),
  question(
    'What does the storage cost per month?',
    `query MonthlyCost {
  snapshotSummary(groupBy: [ACCOUNT]) {
    groups {
      keys {
        value
      }
      count
      unknownSizeCount
      monthlyCost {
        amount
        currency
        unknownCount
      }
    }
    isComplete
  }
}
`,
  ),
  question(
    'Which snapshots belong to a cluster that no longer exists?',
    `query OrphanedSnapshots {
  snapshots(first: 100, filter: { orphaned: true }) {
    nodes {
      arn
      clusterIdentifier
      createdAt
      origin {
        account
        region
      }
    }
    isComplete
  }
}
`,
  ),
  question(
    'How much storage do orphaned snapshots use?',
    `query OrphanedStorage {
  snapshotSummary(filter: { orphaned: true }, groupBy: [SERVICE]) {
    groups {
      keys {
        value
      }
      count
      totalMegabytes
      unknownSizeCount
    }
    isComplete
  }
}
`,
  ),
  question(
    'Which snapshots are older than a year and kept forever?',
    `query SnapshotsKeptForever($days: Int = 365) {
  snapshots(first: 100, filter: { keptForever: true, olderThanDays: $days }) {
    nodes {
      arn
      createdAt
      retention {
        forever
      }
    }
    isComplete
  }
}
`,
  ),
  question(
    'Which snapshots are larger than 200 gigabytes?',
    `query LargeSnapshots($megabytes: Float = 204800) {
  snapshots(first: 100, filter: { services: [REDSHIFT], statuses: [AVAILABLE], minimumMegabytes: $megabytes }) {
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
    'Which manual snapshots will AWS delete within a week?',
    `query ExpiringSnapshots($days: Int = 7) {
  snapshots(first: 100, filter: { expiringWithinDays: $days }) {
    nodes {
      arn
      retention {
        remainingDays
      }
    }
    isComplete
  }
}
`,
  ),
  question(
    'How close is each source to its quota of manual snapshots?',
    `query ManualSnapshotQuotas {
  sources {
    account
    region
    service
    manualSnapshots {
      count {
        value
      }
      quota
      remaining
    }
  }
}
`,
  ),
];
