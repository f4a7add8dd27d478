import { question } from './question.ts';

/** The questions of the section Recovery. */
export const recovery = [
  question(
    'Which clusters have had no snapshot for a week?',
    `query ClustersWithoutSnapshot($hours: Int = 168) {
  clusters(first: 100, filter: { withoutSnapshotForHours: $hours }) {
    nodes {
      arn
      status
      latestSnapshot {
        identifier
        createdAt
      }
    }
    isComplete
  }
}
`,
  ),
  question(
    'Which clusters have a day without a snapshot in the last six days?',
    `query ClustersWithGaps($days: Int = 6, $timeZone: String = "Europe/Berlin") {
  clusters(first: 100, filter: { gapWithinDays: $days, timeZone: $timeZone }) {
    nodes {
      arn
      createdAt
      backupRetentionDays
      snapshotDays(last: 7, timeZone: $timeZone) {
        date
        hasSnapshot
      }
    }
    isComplete
  }
}
`,
  ),
  question(
    'Which clusters have been without a new snapshot for the longest time?',
    `query ClustersByLatestSnapshot {
  clusters(first: 100, orderBy: { field: LATEST_SNAPSHOT_AT, direction: ASC }) {
    nodes {
      arn
      latestSnapshot {
        arn
        createdAt
      }
    }
    isComplete
  }
}
`,
  ),
  question(
    'Which snapshot would each cluster be restored from?',
    `query LatestSnapshots {
  clusters(first: 100) {
    nodes {
      arn
      latestSnapshot {
        arn
        createdAt
      }
    }
    isComplete
  }
}
`,
  ),
  question(
    'On which days does each cluster have no snapshot?',
    `query SnapshotDays($days: Int = 5, $timeZone: String = "UTC") {
  clusters(first: 100) {
    nodes {
      arn
      backupRetentionDays
      snapshotDays(last: $days, timeZone: $timeZone) {
        date
        hasSnapshot
      }
    }
    isComplete
  }
}
`,
  ),
  question(
    'How long does each cluster keep its automated snapshots?',
    `query BackupRetention {
  clusters(first: 100) {
    nodes {
      arn
      backupRetentionDays
    }
    isComplete
  }
}
`,
  ),
  question(
    'Which clusters could not be restored now, and why?',
    `query Restorability {
  recoveryReport(first: 100) {
    nodes {
      cluster {
        arn
      }
      restorable
      checks {
        requirement
        verdict
        message
      }
    }
    isComplete
  }
}
`,
  ),
  question(
    'Which recovery points are older than a day?',
    `query RecoveryPoints {
  recoveryReport(first: 100) {
    nodes {
      cluster {
        arn
      }
      point {
        time
        continuous
        snapshot {
          arn
        }
      }
      ageSeconds
    }
    isComplete
  }
}
`,
  ),
  question(
    'Which clusters have no copy in another region or account?',
    `query CopiesElsewhere {
  recoveryReport(first: 100) {
    nodes {
      cluster {
        arn
      }
      copies {
        arn
        createdAt
      }
    }
    isComplete
  }
}
`,
  ),
  question(
    'Which clusters cannot be reached?',
    `query ReachableClusters {
  clusters(first: 100) {
    nodes {
      arn
      status
      isReachable
      ... on DocumentDBCluster {
        instances {
          identifier
        }
      }
    }
    isComplete
  }
}
`,
  ),
  question(
    'Which snapshot schedules have no clusters?',
    `query SnapshotSchedules {
  snapshotSchedules(first: 100) {
    nodes {
      arn
      definitions
      clusterCount
      clusters {
        identifier
        state
      }
    }
    isComplete
  }
}
`,
  ),
  question(
    'How are the clusters of one account backed up?',
    `query BackupSettings($accounts: [AccountId!] = ["123456789012"]) {
  clusters(first: 100, filter: { accounts: $accounts }) {
    nodes {
      arn
      backupRetentionDays
      ... on RedshiftCluster {
        snapshotScheduleIdentifier
        snapshotCopy {
          destinationRegion
          automatedRetentionDays
        }
      }
      ... on DocumentDBCluster {
        preferredBackupWindow
      }
    }
    isComplete
  }
}
`,
  ),
  question(
    'To which times can the Amazon DocumentDB clusters be restored?',
    `query RestorableTimes {
  clusters(first: 100, filter: { services: [DOCUMENTDB] }) {
    nodes {
      arn
      ... on DocumentDBCluster {
        earliestRestorableAt
        latestRestorableAt
      }
    }
    isComplete
  }
}
`,
  ),
  question(
    'To which node types can the manual Amazon Redshift snapshots be restored?',
    `query RestorableNodeTypes {
  snapshots(first: 100, filter: { services: [REDSHIFT], types: [MANUAL] }) {
    nodes {
      arn
      ... on RedshiftSnapshot {
        nodeType
        restorableNodeTypes
      }
    }
    isComplete
  }
}
`,
  ),
];
