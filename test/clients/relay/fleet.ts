import { graphql } from 'relay-runtime';

// relay-compiler reads these documents; the tests import what it generates from them.

graphql`
  fragment fleet_snapshot on Snapshot @refetchable(queryName: "fleetSnapshotRefetchQuery") {
    __typename
    id
    identifier
    status
    source {
      account
      region
    }
    size {
      totalMegabytes
    }
    tags {
      key
      value
    }
    ... on RedshiftSnapshot {
      nodeType
    }
    ... on DocumentDBSnapshot {
      engine
    }
  }
`;

graphql`
  fragment fleet_list on Query
  @argumentDefinitions(
    first: { type: "Int" }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  )
  @refetchable(queryName: "fleetListPageQuery") {
    snapshots(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy)
      @connection(key: "fleet_snapshots", filters: ["filter", "orderBy"]) {
      __id
      edges {
        node {
          id
          ...fleet_snapshot
        }
      }
      isComplete
      sources {
        source {
          account
        }
        status
        error {
          code
          message
          requestId
        }
        fetchedAt
        awsCalls
      }
    }
  }
`;

graphql`
  query fleetListQuery($first: Int, $filter: SnapshotFilter, $orderBy: SnapshotOrder) {
    ...fleet_list @arguments(first: $first)
  }
`;

graphql`
  query fleetLastQuery($last: Int, $filter: SnapshotFilter, $orderBy: SnapshotOrder) {
    ...fleet_list @arguments(last: $last)
  }
`;

graphql`
  query fleetClusterQuery($arn: String!) {
    cluster(arn: $arn) {
      id
      latestSnapshot {
        id
        ...fleet_snapshot
      }
      ...fleet_history
    }
  }
`;

graphql`
  fragment fleet_history on Cluster
  @argumentDefinitions(first: { type: "Int", defaultValue: 4 }, after: { type: "String" })
  @refetchable(queryName: "fleetHistoryPageQuery") {
    snapshots(first: $first, after: $after) @connection(key: "fleet_history_snapshots") {
      edges {
        node {
          id
        }
      }
      isComplete
      sources {
        source {
          account
        }
        status
        awsCalls
      }
    }
  }
`;

graphql`
  query fleetRecoveryQuery {
    ...fleet_recovery
  }
`;

graphql`
  fragment fleet_recovery on Query
  @argumentDefinitions(first: { type: "Int", defaultValue: 2 }, after: { type: "String" })
  @refetchable(queryName: "fleetRecoveryPageQuery") {
    recoveryReport(first: $first, after: $after) @connection(key: "fleet_recoveryReport") {
      edges {
        node {
          restorable
          cluster {
            id
          }
        }
      }
      isComplete
    }
  }
`;

graphql`
  query fleetSizeQuery($id: ID!) {
    node(id: $id) {
      ... on Snapshot {
        size {
          incrementalMegabytes
        }
      }
    }
  }
`;

graphql`
  mutation fleetCreateMutation($input: CreateSnapshotInput!, $connections: [ID!]!) {
    createSnapshot(input: $input) {
      __typename
      ... on CreateSnapshotPayload {
        snapshot @prependNode(connections: $connections, edgeTypeName: "SnapshotEdge") {
          id
          ...fleet_snapshot
        }
      }
      ... on Error {
        code
        message
      }
      ... on InvalidInputError {
        field
      }
    }
  }
`;

graphql`
  mutation fleetDeleteMutation($input: DeleteSnapshotInput!) {
    deleteSnapshot(input: $input) {
      __typename
      ... on DeleteSnapshotPayload {
        snapshot {
          id
          status
        }
      }
      ... on Error {
        code
        message
      }
    }
  }
`;

graphql`
  mutation fleetDeleteSeveralMutation($input: DeleteSnapshotsInput!) {
    deleteSnapshots(input: $input) {
      ... on DeleteSnapshotsPayload {
        results {
          __typename
          id
          error {
            code
          }
          snapshot {
            id
            status
          }
        }
      }
    }
  }
`;

graphql`
  subscription fleetProgressSubscription($id: ID!) {
    snapshotProgress(id: $id) {
      id
      status
      progress {
        percent
      }
    }
  }
`;
