import type { SnapshotExposure } from '../../snapshots/snapshot.ts';
import { builder } from '../builder.ts';
import { SnapshotStatusEnum, SnapshotTypeEnum } from '../snapshot-parts.ts';
import { ServiceEnum } from '../source.ts';

const TagFilterInput = builder.inputType('TagFilter', {
  description: 'Matches a tag by its key and, where given, its value.',
  fields: (t) => ({
    key: t.string({ required: true, description: 'The exact key; case counts.' }),
    values: t.stringList({ description: 'The exact values that match. Left out, any value matches.' }),
  }),
});

const SnapshotExposureEnum = builder.enumType('SnapshotExposure', {
  description: 'With whom a snapshot is shared.',
  values: {
    PRIVATE: { description: 'With nobody.' },
    SHARED: { description: 'With anybody at all.' },
    EXTERNAL: {
      description: 'With somebody outside the configured accounts: another account, AWS Support or everybody.',
    },
    PUBLIC: { description: 'With everybody.' },
  } satisfies Record<SnapshotExposure, object>,
});

export const SnapshotFilterInput = builder.inputType('SnapshotFilter', {
  description:
    'Which snapshots to list: all conditions must hold, and any value of one list suffices. Conditions that AWS can apply are sent to AWS, the others are applied to what it returns; the result is the same. Each description says which.',
  fields: (t) => ({
    services: t.field({ type: [ServiceEnum], description: 'Only these services. Chooses the sources to ask.' }),
    accounts: t.field({ type: ['AccountId'], description: 'Only these accounts. Chooses the sources to ask.' }),
    regions: t.stringList({ description: 'Only these regions. Chooses the sources to ask.' }),
    clusterIdentifiers: t.stringList({
      description:
        'Only snapshots of these clusters, gone ones too. Sent to AWS; Amazon Redshift costs a list for each of up to 5, and is listed in full for more.',
    }),
    identifiers: t.stringList({
      description:
        'Only snapshots of these exact names. Sent to AWS, but to Amazon DocumentDB only where no snapshots of others are asked for; Amazon Redshift costs a call for each of up to 5, and is listed in full for more.',
    }),
    search: t.string({
      description: 'Only snapshots whose name contains this text, in any case. Applied to what AWS returns.',
    }),
    types: t.field({
      type: [SnapshotTypeEnum],
      description:
        'Only these types. Left out, the account’s own manual and automated snapshots, and those of other accounts that `ownerAccounts` names. Sent to AWS. Amazon Redshift has no list of all that others share: without `ownerAccounts` one list is read for each other configured account, and what is shared by further ones is not found.',
    }),
    statuses: t.field({
      type: [SnapshotStatusEnum],
      description: 'Only snapshots that are doing this. Applied to what AWS returns.',
    }),
    createdAfter: t.field({
      type: 'DateTime',
      description: 'Only snapshots begun at this moment or later. Sent to Amazon Redshift.',
    }),
    createdBefore: t.field({
      type: 'DateTime',
      description: 'Only snapshots begun at this moment or earlier. Sent to Amazon Redshift.',
    }),
    ownerAccounts: t.field({
      type: ['AccountId'],
      description: 'Only snapshots owned by these accounts, which may be others. Sent to AWS.',
    }),
    tags: t.field({
      type: [TagFilterInput],
      description:
        'Every one must match a tag. Sent to Amazon Redshift; for Amazon DocumentDB each remaining snapshot costs one call.',
    }),
    untagged: t.boolean({
      description:
        'Only snapshots without any tag, or with some. Applied to what AWS returns; for Amazon DocumentDB each remaining snapshot costs one call.',
    }),
    encrypted: t.boolean({
      description: 'Only encrypted ones, or only unencrypted ones. Applied to what AWS returns.',
    }),
    orphaned: t.boolean({
      description:
        'Only snapshots whose cluster is gone, or whose cluster lives. Sent to Amazon Redshift where true; otherwise compared with the clusters, which are read in batches.',
    }),
    exposure: t.field({
      type: SnapshotExposureEnum,
      description:
        'Only the account’s own snapshots that are shared so far. Applied to what AWS returns; for Amazon DocumentDB each remaining manual snapshot costs one call.',
    }),
    keptForever: t.boolean({
      description:
        'Only manual snapshots that are kept until somebody deletes them, or only those that AWS will delete. Applied to what AWS returns.',
    }),
    expiringWithinDays: t.int({
      description:
        'Only manual snapshots that AWS will delete in so many days or fewer (Amazon Redshift). Applied to what AWS returns.',
    }),
  }),
});

export const ClusterFilterInput = builder.inputType('ClusterFilter', {
  description: 'Which clusters to list: all conditions must hold, and any value of one list suffices.',
  fields: (t) => ({
    services: t.field({ type: [ServiceEnum], description: 'Only these services. Chooses the sources to ask.' }),
    accounts: t.field({ type: ['AccountId'], description: 'Only these accounts. Chooses the sources to ask.' }),
    regions: t.stringList({ description: 'Only these regions. Chooses the sources to ask.' }),
    identifiers: t.stringList({
      description:
        'Only clusters of these exact names. Sent to AWS; of Amazon Redshift one name alone, and for several all clusters are read.',
    }),
    withoutSnapshotSince: t.field({
      type: 'DateTime',
      description:
        'Only clusters without an available snapshot begun at this moment or later. Reads the snapshots of their sources: those since then for Amazon Redshift, all for Amazon DocumentDB, which lists them in no other way. A cluster whose snapshots cannot be read is left out, and its source is reported.',
    }),
  }),
});

const SnapshotOrderFieldEnum = builder.enumType('SnapshotOrderField', {
  description: 'What a list of snapshots can be ordered by.',
  values: {
    CREATED_AT: { description: 'When they began.' },
    IDENTIFIER: { description: 'Their names, by the code of each character.' },
    CLUSTER: { description: 'The names of their clusters, by the code of each character.' },
    SIZE: { description: 'Their total megabytes. AWS does not tell them for Amazon DocumentDB.' },
  } as const,
});

const OrderDirectionEnum = builder.enumType('OrderDirection', {
  description: 'Which end comes first.',
  values: {
    ASC: { description: 'Smallest or oldest first.' },
    DESC: { description: 'Largest or newest first.' },
  } as const,
});

export const SnapshotOrderInput = builder.inputType('SnapshotOrder', {
  description:
    'An order over all sources together. Equals are ordered by their ARN, and those without a value come last in either direction.',
  fields: (t) => ({
    field: t.field({ type: SnapshotOrderFieldEnum, required: true, description: 'What to order by.' }),
    direction: t.field({ type: OrderDirectionEnum, required: true, description: 'Which end comes first.' }),
  }),
});
