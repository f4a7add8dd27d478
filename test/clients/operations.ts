const report = `
  isComplete
  sources { source { id account } status error { code message requestId } fetchedAt awsCalls }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
`;

export const snapshotFields = `
  fragment SnapshotFields on Snapshot {
    __typename id identifier status
    source { id account region }
    size { totalMegabytes }
    tags { key value }
    ... on RedshiftSnapshot { nodeType }
    ... on DocumentDBSnapshot { engine }
  }
`;

export const listSnapshots = `
  query ListSnapshots($first: Int, $after: String, $last: Int, $before: String, $filter: SnapshotFilter, $orderBy: SnapshotOrder) {
    snapshots(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
      edges { cursor node { id } }
      nodes { ...SnapshotFields }
      ${report}
    }
  }
  ${snapshotFields}
`;

export const clusterHistory = `
  query ClusterHistory($arn: String!, $first: Int!, $after: String) {
    cluster(arn: $arn) {
      id identifier source { id account region }
      latestSnapshot { ...SnapshotFields }
      snapshots(first: $first, after: $after) { nodes { ...SnapshotFields } ${report} }
      ... on RedshiftCluster { nodeType }
    }
  }
  ${snapshotFields}
`;

export const oneSnapshot = `
  query OneSnapshot($id: ID!) { node(id: $id) { id ...SnapshotFields } }
  ${snapshotFields}
`;

export const snapshotSize =
  'query SnapshotSize($id: ID!) { node(id: $id) { id ... on Snapshot { size { incrementalMegabytes } } } }';

const error =
  '__typename ... on Error { code message } ... on InvalidInputError { field } ... on InvalidStateError { reason }';

export const createSnapshot = `
  mutation CreateSnapshot($input: CreateSnapshotInput!) {
    createSnapshot(input: $input) {
      ... on CreateSnapshotPayload { snapshot { ...SnapshotFields cluster { id } } }
      ${error}
    }
  }
  ${snapshotFields}
`;

export const deleteSnapshot = `
  mutation DeleteSnapshot($input: DeleteSnapshotInput!) {
    deleteSnapshot(input: $input) {
      ... on DeleteSnapshotPayload { snapshot { id status } }
      ${error}
    }
  }
`;

/** The `id` of a result is that of the snapshot, but the result is no snapshot. */
export const deleteSnapshots = `
  mutation DeleteSnapshots($input: DeleteSnapshotsInput!) {
    deleteSnapshots(input: $input) {
      ... on DeleteSnapshotsPayload { results { __typename id error { code message } snapshot { id status } } }
      ${error}
    }
  }
`;

export const snapshotProgress = `
  subscription SnapshotProgress($id: ID!) {
    snapshotProgress(id: $id) { id status progress { percent } }
  }
`;
