import { gql } from '@apollo/client';

export const trustedQuery = gql`
  query TrustedSnapshots($first: Int!) {
    snapshots(first: $first, filter: { types: [MANUAL] }) {
      nodes {
        id
        identifier
        source {
          id
        }
      }
      isComplete
    }
  }
`;

export const trustedMutation = gql`
  mutation TrustedCreation($input: CreateSnapshotInput!) {
    createSnapshot(input: $input) {
      ... on CreateSnapshotPayload {
        plannedCalls {
          action
        }
      }
      ... on Error {
        code
      }
    }
  }
`;

export const trustedSubscription = gql`
  subscription TrustedProgress($id: ID!) {
    snapshotProgress(id: $id) {
      id
      status
    }
  }
`;
