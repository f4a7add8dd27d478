import { graphql } from './gql/index.ts';

export const snapshotFields = graphql(`
  fragment SnapshotFields on Snapshot {
    id
    status
    createdAt
    source {
      account
      service
    }
  }
`);

export const newest = graphql(`
  query Newest($filter: SnapshotFilter) {
    snapshots(first: 2, filter: $filter, orderBy: { field: CREATED_AT, direction: DESC }) {
      nodes {
        ...SnapshotFields
      }
      isComplete
    }
  }
`);

export const create = graphql(`
  mutation Create($input: CreateSnapshotInput!) {
    createSnapshot(input: $input) {
      ... on CreateSnapshotPayload {
        plannedCalls {
          action
        }
        snapshot {
          ...SnapshotFields
        }
      }
      ... on Error {
        code
      }
    }
  }
`);
