import type { SnapshotExposure } from '../../snapshots/snapshot.ts';
import { builder, type InputFields } from '../builder.ts';
import { SnapshotStatusEnum, SnapshotTypeEnum } from '../snapshot-parts.ts';
import { sourceConditions } from './source-conditions.ts';

const TagFilterInput = builder.inputType('TagFilter', {
  description: 'A condition on the tags of a snapshot: matches a tag by its key and, if `values` is set, by its value.',
  fields: (t) => ({
    key: t.string({ required: true, description: 'The exact, case-sensitive key of the tag.' }),
    values: t.stringList({ description: 'The exact values that match. If omitted, any value matches.' }),
  }),
});

const SnapshotExposureEnum = builder.enumType('SnapshotExposure', {
  description: 'Who a snapshot is shared with.',
  values: {
    PRIVATE: { description: 'The snapshot is not shared.' },
    SHARED: { description: 'The snapshot is shared with at least one other account, with AWS Support, or publicly.' },
    EXTERNAL: {
      description:
        'The snapshot is shared outside the configured accounts: with any other account, with AWS Support, or publicly. See `sharedOutside` for an allow-list of other accounts.',
    },
    PUBLIC: { description: 'The snapshot is public: every AWS account can restore it.' },
  } satisfies Record<SnapshotExposure, object>,
});

/** Describes a condition that the gateway applies. */
const filters = (text: string) => `${text} Applied to the snapshots that AWS returns.`;

const bySharing =
  'Applied to the snapshots that AWS returns; for Amazon DocumentDB, one AWS call per remaining manual snapshot.';

const byKey =
  'Only snapshots that are encrypted with one of these AWS KMS keys, each named by its id, its ARN or an alias (`alias/…`, or the ARN of an alias). A key id without account is compared in all accounts and regions; an alias without account is that of the account and region of each source. One AWS call per alias and source reads which key the alias is of; if AWS KMS denies or fails it, the snapshots that only this alias could match are omitted, and their source is PARTIAL. Cannot be combined with `encrypted: false`.';

const ages =
  '0 or greater. All pages of a list use the time of its first page. Sent to Amazon Redshift as whole days of UTC, so that the requests of a day share their full reads, and applied exactly to the snapshots that AWS returns.';

export const SnapshotFilterInput = builder.inputType('SnapshotFilter', {
  description:
    'The conditions that snapshots must meet to be returned: all conditions must be met, and a condition with several values is met by any of them, unless its description states otherwise. A snapshot whose value for a condition is unknown is left out, and its source is PARTIAL. A condition is sent to AWS if AWS supports it; otherwise the gateway applies it to the snapshots that AWS returns. The result is the same; the description of each condition states where it is applied.',
  fields: (t) => ({
    ...sourceConditions(t, 'snapshots', '; see also `types`, for shared snapshots'),
    ...names(t),
    ...times(t),
    ...contents(t),
    ...sharing(t),
  }),
});

/** Conditions on the names, the type, the status and the owner. */
function names(t: InputFields) {
  return {
    clusterIdentifiers: t.stringList({
      description:
        'Only snapshots of clusters with these identifiers, including clusters that no longer exist; case-insensitive. Sent to AWS. Amazon Redshift: one list per identifier for up to 5 identifiers; for more, all snapshots are listed.',
    }),
    identifiers: t.stringList({
      description:
        'Only snapshots with exactly these identifiers; case-insensitive. Sent to AWS, but to Amazon DocumentDB only if no snapshots of other accounts are requested. Amazon Redshift: one AWS call per identifier for up to 5 identifiers, or two if it has capitals; for more, all snapshots are listed.',
    }),
    search: t.string({ description: filters('Only snapshots whose identifier contains this text; case-insensitive.') }),
    types: t.field({
      type: [SnapshotTypeEnum],
      description:
        'Only snapshots of these types. If omitted: the manual and automated snapshots that the account of each source owns, and the snapshots of the accounts in `ownerAccounts`; snapshots that other accounts share are not requested. Sent to AWS. Amazon Redshift cannot list all snapshots that other accounts share: for SHARED without `ownerAccounts`, one list is read per other configured account, and the source is PARTIAL, because snapshots that any other account shares are not found.',
    }),
    statuses: t.field({ type: [SnapshotStatusEnum], description: filters('Only snapshots with these statuses.') }),
    ownerAccounts: t.field({
      type: ['AccountId'],
      description:
        'Only snapshots that these accounts own. Other accounts than the configured accounts are allowed. Sent to AWS.',
    }),
  };
}

/** Conditions on the creation and on the end of the retention. */
function times(t: InputFields) {
  return {
    createdAfter: t.field({
      type: 'DateTime',
      description:
        'Only snapshots created at or after this time; see `youngerThanDays` for a time relative to the request. Sent to Amazon Redshift; for Amazon DocumentDB, applied to the snapshots that AWS returns.',
    }),
    createdBefore: t.field({
      type: 'DateTime',
      description:
        'Only snapshots created at or before this time; see `olderThanDays` for a time relative to the request. Sent to Amazon Redshift; for Amazon DocumentDB, applied to the snapshots that AWS returns.',
    }),
    olderThanDays: t.int({
      description: `Only snapshots created at least this number of days, of 24 hours each, before the request. ${ages} Cannot be combined with \`createdBefore\`.`,
    }),
    youngerThanDays: t.int({
      description: `Only snapshots created at most this number of days, of 24 hours each, before the request. ${ages} Cannot be combined with \`createdAfter\`.`,
    }),
    keptForever: t.boolean({
      description: filters(
        'If true, only manual snapshots that are kept forever; if false, only manual snapshots that AWS will delete when their retention period ends.',
      ),
    }),
    expiringWithinDays: t.int({
      description: filters(
        'Only manual snapshots that AWS will delete within this number of days: their retention period, counted from its start or, while the snapshot is being created, from its creation, ends within that time (Amazon Redshift only). 0 or greater. All pages of a list use the time of its first page.',
      ),
    }),
  };
}

/** Conditions on the tags, the encryption, the cluster and the size. */
function contents(t: InputFields) {
  return {
    tags: t.field({
      type: [TagFilterInput],
      description:
        'Only snapshots with tags that match all of these conditions. Sent to Amazon Redshift; for Amazon DocumentDB, one AWS call per remaining snapshot if AWS did not return the tags with it.',
    }),
    untagged: t.boolean({
      description:
        'If true, only snapshots without tags; if false, only snapshots with at least one tag. Applied to the snapshots that AWS returns; for Amazon DocumentDB, one AWS call per remaining snapshot if AWS did not return the tags with it.',
    }),
    encrypted: t.boolean({
      description: filters('If true, only encrypted snapshots; if false, only unencrypted snapshots.'),
    }),
    kmsKeyIds: t.stringList({ description: filters(byKey) }),
    orphaned: t.boolean({
      description:
        'If true, only orphaned snapshots, whose cluster no longer exists, even if another cluster has been created under the same name since; if false, only snapshots whose cluster exists. The cluster of a copy is looked up in the region and account of its `origin`. Snapshots of other accounts match neither, and neither do copies from a region and account that is not configured. A snapshot for which the creation times that AWS reports do not decide is omitted, and its source is PARTIAL. The gateway looks up the clusters, in batches.',
    }),
    copies: t.boolean({
      description: filters(
        'If true, only copies, for which AWS reports an `origin`; if false, only snapshots for which it reports none. Amazon Redshift reports no origin for a copy within its region.',
      ),
    }),
    minimumMegabytes: t.float({
      description: filters(
        'Only snapshots whose `size.totalMegabytes` is at least this number, 0 or greater. Amazon DocumentDB does not report sizes: its snapshots are omitted, and their sources are PARTIAL; without a source of another service, the filter is invalid.',
      ),
    }),
  };
}

/** Conditions on the sharing. */
function sharing(t: InputFields) {
  return {
    exposure: t.field({
      type: SnapshotExposureEnum,
      description: `Only snapshots that the account of the source owns and that have this exposure. ${bySharing}`,
    }),
    sharedWith: t.field({
      type: ['AccountId'],
      description: `Only snapshots that the account of the source owns and that any of these accounts can restore: snapshots that are shared with one of them, and public snapshots. If AWS reports a share that is not an account ID, such as an organization, it is unknown whether the accounts can restore the snapshot. Cannot be combined with \`exposure: PRIVATE\`. ${bySharing}`,
    }),
    sharedOutside: t.field({
      type: ['AccountId'],
      description: `Only snapshots that the account of the source owns and that are shared with an account that is neither configured nor one of these accounts, with AWS Support, or publicly: \`exposure: EXTERNAL\` with an allow-list. Cannot be combined with \`exposure: PRIVATE\`. ${bySharing}`,
    }),
  };
}
