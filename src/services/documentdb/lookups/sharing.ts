import {
  DescribeDBClusterSnapshotAttributesCommand,
  type DescribeDBClusterSnapshotAttributesCommandOutput,
} from '@aws-sdk/client-docdb';
import type { Usage } from '../../../aws/usage.ts';
import { UpstreamError } from '../../../errors.ts';
import { createRecordLoader, type SourceLoader } from '../../../fleet/lookups/source-loader.ts';
import { isAccountId } from '../../../snapshots/arn.ts';
import { after } from '../../../snapshots/maybe.ts';
import type { SnapshotSharing } from '../../../snapshots/sharing.ts';
import { createAttached } from '../../../snapshots/lazily.ts';
import type { Source } from '../../../snapshots/source.ts';
import type { DocumentDBConnect } from '../client.ts';

/** The attribute that lists the accounts that can restore a snapshot, and its value for public snapshots. */
export const restoreAttribute = 'restore';
export const anyAccount = 'all';

/**
 * Loads who can restore the account's own manual snapshots, by identifier: one AWS call each, because AWS has no batch.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/API_DescribeDBClusterSnapshotAttributes.html
 */
export function createDocumentDBSharing(connect: DocumentDBConnect, usage: Usage): SourceLoader<SnapshotSharing> {
  const read = (source: Source, identifier: string, own: Usage) => {
    const input = { DBClusterSnapshotIdentifier: identifier };
    const response = connect(source).readRecord(DescribeDBClusterSnapshotAttributesCommand, input, own);
    return after(response, ({ output }) => known.of(output, () => sharingIn(output, source, identifier)));
  };
  return createRecordLoader(read, usage);
}

/** The sharing in responses, which all requests share. */
const known = createAttached<object, SnapshotSharing>();

function sharingIn(
  output: DescribeDBClusterSnapshotAttributesCommandOutput,
  source: Source,
  identifier: string,
): SnapshotSharing {
  const result = output.DBClusterSnapshotAttributesResult;
  if (result === undefined) {
    throw new UpstreamError(
      `AWS returned no sharing of the snapshot ${identifier}, in account ${source.account}, region ${source.region}. Retry later.`,
    );
  }
  const { DBClusterSnapshotIdentifier: returned = identifier, DBClusterSnapshotAttributes: attributes = [] } = result;
  if (returned.toLowerCase() !== identifier.toLowerCase()) {
    throw new UpstreamError(
      `AWS returned the sharing of the snapshot ${returned} instead of ${identifier}, in account ${source.account}, region ${source.region}. Retry later.`,
    );
  }
  const values = attributes.find(({ AttributeName }) => AttributeName === restoreAttribute)?.AttributeValues ?? [];
  const parties = values.filter((value) => value.toLowerCase() !== anyAccount);
  return {
    public: parties.length < values.length,
    awsSupport: false,
    accounts: parties.filter(isAccountId),
    others: parties.filter((party) => !isAccountId(party)),
  };
}
