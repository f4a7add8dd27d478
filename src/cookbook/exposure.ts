import { question } from './question.ts';

/** The questions of the section Exposure. */
export const exposure = [
  question(
    'Which snapshots can any AWS account restore?',
    `query PublicSnapshots {
  snapshots(first: 100, filter: { exposure: PUBLIC }) {
    nodes {
      arn
      sharing {
        public
        accounts
      }
    }
    isComplete
  }
}
`,
  ),
  question(
    'Which snapshots can be restored outside our accounts?',
    `query ExternallySharedSnapshots {
  snapshots(first: 100, filter: { exposure: EXTERNAL }) {
    nodes {
      arn
      sharing {
        public
        awsSupport
        accounts
      }
    }
    isComplete
  }
}
`,
  ),
  question(
    'Which snapshots can be restored outside our accounts and those of our partner?',
    `query SnapshotsSharedOutside($allowed: [AccountId!] = ["555566667777"]) {
  snapshots(first: 100, filter: { sharedOutside: $allowed }) {
    nodes {
      arn
      sharing {
        public
        awsSupport
        accounts
      }
    }
    isComplete
  }
}
`,
  ),
  question(
    'Which of our snapshots can one account restore?',
    `query SnapshotsSharedWith($accounts: [AccountId!] = ["555566667777"]) {
  snapshots(first: 100, filter: { sharedWith: $accounts }) {
    nodes {
      arn
      sharing {
        public
        accounts
      }
    }
    isComplete
  }
}
`,
  ),
  question(
    'How many snapshots are shared, by owner?',
    `query SharedSnapshotCounts {
  snapshotSummary(filter: { exposure: SHARED }, groupBy: [ACCOUNT, SERVICE]) {
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
    'Which snapshots do other accounts share with us?',
    `query SnapshotsSharedWithUs {
  snapshots(first: 100, filter: { types: [SHARED] }) {
    nodes {
      arn
      ownerAccountId
      source {
        account
      }
    }
    isComplete
  }
}
`,
  ),
  question(
    'Which snapshots does a partner share with us?',
    `query SnapshotsOfOwners($owners: [AccountId!] = ["555566667777"]) {
  snapshots(first: 100, filter: { types: [SHARED], ownerAccounts: $owners }) {
    nodes {
      arn
      source {
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
    'What is the snapshot with this ARN, which another account owns?',
    `query SnapshotByArn($arn: String! = "arn:aws:rds:us-east-1:555566667777:cluster-snapshot:partner-feed-handover") {
  snapshot(arn: $arn) {
    type
    status
    createdAt
  }
}
`,
  ),
  question(
    'Which manual snapshots are not encrypted?',
    `query UnencryptedSnapshots {
  snapshots(first: 100, filter: { types: [MANUAL], encrypted: false }) {
    totalCount {
      value
      precision
    }
    nodes {
      arn
    }
    isComplete
  }
}
`,
  ),
  question(
    'How many snapshots are encrypted, by account?',
    `query EncryptionCounts {
  snapshotSummary(groupBy: [ACCOUNT, ENCRYPTED]) {
    groups {
      keys {
        dimension
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
    'Which keys encrypt the manual snapshots, and can they be used?',
    `query EncryptionKeys {
  snapshots(first: 100, filter: { types: [MANUAL], encrypted: true }) {
    nodes {
      arn
      kmsKey {
        arn
        account
        enabled
        managedByAws
      }
    }
    isComplete
  }
}
`,
  ),
  question(
    'Which snapshots are encrypted with the key of an alias?',
    `query SnapshotsOfKeys($keys: [String!] = ["alias/shop"]) {
  snapshots(first: 100, filter: { kmsKeyIds: $keys }) {
    nodes {
      arn
      kmsKeyId
    }
    isComplete
  }
}
`,
  ),
];
