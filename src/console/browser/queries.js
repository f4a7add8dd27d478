/** How each source was read, for lists and summaries. */
const report = `fragment Report on SourceReport {
  source {
    account
    accountName
    region
    service
  }
  status
  error {
    code
    message
  }
  fetchedAt
}`;

/**
 * The queries of the page, one for each panel, by their names. The gateway knows them as trusted documents, so the page
 * sends only their ids. The conditions that make a panel what it is are part of its query, not variables.
 */
export const queries = {
  /** The choices of the filters. */
  sources: `query FleetSources {
  sources {
    account
    accountName
    region
    service
  }
}`,

  'recovery-points': `query RecoveryPoints(
  $accounts: [AccountId!]
  $regions: [String!]
  $services: [Service!]
  $after: String
) {
  clusters(
    first: 50
    after: $after
    filter: { accounts: $accounts, regions: $regions, services: $services }
  ) {
    nodes {
      arn
      identifier
      createdAt
      backupRetentionDays
      source {
        account
        accountName
        region
        service
      }
      snapshotDays(last: 30) {
        date
        count
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    isComplete
    sources {
      ...Report
    }
  }
}

${report}`,

  storage: `query StorageByCluster(
  $accounts: [AccountId!]
  $regions: [String!]
  $services: [Service!]
  $search: String
  $first: Int!
) {
  snapshotSummary(
    first: $first
    filter: {
      accounts: $accounts
      regions: $regions
      services: $services
      search: $search
    }
    groupBy: [ACCOUNT, REGION, SERVICE, CLUSTER]
    orderBy: { field: TOTAL_MEGABYTES, direction: DESC }
  ) {
    groups {
      keys {
        dimension
        value
      }
      count
      totalMegabytes
      unknownSizeCount
      monthlyCost {
        amount
        currency
        unknownCount
      }
    }
    groupCount
    total {
      value
      precision
    }
    isComplete
    sources {
      ...Report
    }
  }
}

${report}`,

  exposure: `query ExposedSnapshots(
  $accounts: [AccountId!]
  $regions: [String!]
  $services: [Service!]
  $search: String
  $after: String
) {
  snapshots(
    first: 50
    after: $after
    filter: {
      accounts: $accounts
      regions: $regions
      services: $services
      search: $search
      exposure: EXTERNAL
    }
  ) {
    nodes {
      arn
      identifier
      clusterIdentifier
      createdAt
      encrypted
      sharing {
        public
        awsSupport
        accounts
      }
      source {
        account
        accountName
        region
        service
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    isComplete
    sources {
      ...Report
    }
  }
}

${report}`,

  orphans: `query OrphanedSnapshots(
  $accounts: [AccountId!]
  $regions: [String!]
  $services: [Service!]
  $search: String
  $after: String
) {
  snapshots(
    first: 50
    after: $after
    filter: {
      accounts: $accounts
      regions: $regions
      services: $services
      search: $search
      orphaned: true
    }
  ) {
    nodes {
      arn
      identifier
      clusterIdentifier
      type
      createdAt
      size {
        totalMegabytes
      }
      source {
        account
        accountName
        region
        service
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    isComplete
    sources {
      ...Report
    }
  }
}

${report}`,

  'source-health': `query SourceHealth(
  $accounts: [AccountId!]
  $regions: [String!]
  $services: [Service!]
  $search: String
) {
  snapshotSummary(
    filter: {
      accounts: $accounts
      regions: $regions
      services: $services
      search: $search
    }
    groupBy: [ACCOUNT, REGION, SERVICE]
  ) {
    groups {
      keys {
        dimension
        value
      }
      count
      newestAt
    }
    isComplete
    sources {
      ...Report
    }
  }
}

${report}`,
};

/** @typedef {keyof typeof queries} QueryName */
