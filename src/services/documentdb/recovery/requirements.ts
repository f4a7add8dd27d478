import {
  DescribeDBClusterParameterGroupsCommand,
  DescribeDBEngineVersionsCommand,
  DescribeDBSubnetGroupsCommand,
} from '@aws-sdk/client-docdb';
import type { Usage } from '../../../aws/usage.ts';
import { falseIfNotFound, nullIfNotFound } from '../../../errors.ts';
import { createRecordLoader, type SourceLoader } from '../../../fleet/lookups/source-loader.ts';
import { after, orElse } from '../../../snapshots/maybe.ts';
import type { DocumentDBConnect } from '../client.ts';
import { documentDBEngine } from '../engine.ts';

/** What a restored cluster needs in its source, for one request; each group and version is read once. */
export interface DocumentDBRequirements {
  /** Whether a subnet group exists. https://docs.aws.amazon.com/documentdb/latest/developerguide/API_DescribeDBSubnetGroups.html */
  readonly subnetGroups: SourceLoader<boolean>;
  /**
   * The family of a cluster parameter group, such as `docdb5.0`; empty if AWS does not report it; null if the group does not exist.
   * https://docs.aws.amazon.com/documentdb/latest/developerguide/API_DescribeDBClusterParameterGroups.html
   */
  readonly parameterGroupFamilies: SourceLoader<string | null>;
  /**
   * The parameter group family of an engine version that AWS offers, empty if AWS does not report it; null for a version that AWS does not offer.
   * https://docs.aws.amazon.com/documentdb/latest/developerguide/API_DescribeDBEngineVersions.html
   */
  readonly versionFamilies: SourceLoader<string | null>;
}

/** Creates the reads of requirements. A read rejects with FORBIDDEN if the gateway lacks the permission. */
export function createDocumentDBRequirements(connect: DocumentDBConnect, usage: Usage): DocumentDBRequirements {
  return {
    subnetGroups: createRecordLoader((source, name, own) => {
      const input = { DBSubnetGroupName: name };
      const read = () => connect(source).readRecord(DescribeDBSubnetGroupsCommand, input, own);
      return orElse(() => after(read(), ({ output }) => (output.DBSubnetGroups ?? []).length > 0), falseIfNotFound);
    }, usage),
    parameterGroupFamilies: createRecordLoader((source, name, own) => {
      const input = { DBClusterParameterGroupName: name };
      const read = () => connect(source).readRecord(DescribeDBClusterParameterGroupsCommand, input, own);
      return orElse(
        () => after(read(), ({ output }) => groupFamily(output.DBClusterParameterGroups ?? [])),
        nullIfNotFound,
      );
    }, usage),
    versionFamilies: createRecordLoader((source, version, own) => {
      const input = { Engine: documentDBEngine, EngineVersion: version };
      const read = () => connect(source).readRecord(DescribeDBEngineVersionsCommand, input, own);
      return orElse(
        () => after(read(), ({ output }) => familyOf(version, output.DBEngineVersions ?? [])),
        nullIfNotFound,
      );
    }, usage),
  };
}

function groupFamily([group]: readonly { readonly DBParameterGroupFamily?: string | undefined }[]): string | null {
  return group ? (group.DBParameterGroupFamily ?? '') : null;
}

interface EngineVersion {
  readonly EngineVersion?: string | undefined;
  readonly DBParameterGroupFamily?: string | undefined;
}

/** Returns the family of a version, or of a major version such as `5.0`. */
function familyOf(version: string, offered: readonly EngineVersion[]): string | null {
  const found = offered.find(({ EngineVersion: each = '' }) => each === version || each.startsWith(`${version}.`));
  return found ? (found.DBParameterGroupFamily ?? '') : null;
}
