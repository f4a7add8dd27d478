import type { Connection, PageInfo } from '../../fleet/lists/connection.ts';
import { isAnswered } from '../../fleet/reports.ts';
import { included, page, perSource, totalCount } from '../../limits/price.ts';
import type { AwsRecord } from '../../snapshots/record.ts';
import { builder } from '../builder.ts';
import { SourceReportType } from '../source.ts';
import { CountType } from './count.ts';

/** Not that of the Relay plugin, whose `hasNextPage` has to be known before the first record is answered. */
const PageInfoType = builder.objectRef<PageInfo>('PageInfo').implement({
  description: 'Where a page stands in its list.',
  fields: (t) => ({
    hasNextPage: t.boolean({
      description: 'Whether more records follow this page.',
      extensions: { price: included },
      resolve: ({ hasNextPage }) => hasNextPage(),
    }),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage', {
      description: 'Whether records precede this page, as far as the answer tells.',
    }),
    startCursor: t.exposeString('startCursor', {
      nullable: true,
      description: 'The cursor of the first record of this page.',
    }),
    endCursor: t.exposeString('endCursor', {
      nullable: true,
      description: 'Give it as `after` to read the next page.',
    }),
  }),
});

/** The interface of the records in a connection. */
type RowRef<Row> = ReturnType<typeof builder.interfaceRef<Row>>;

/** Defines the connection and the edge of one kind of record, `Snapshot` or `Cluster`. */
export function connectionType<Row extends AwsRecord>(kind: 'Snapshot' | 'Cluster', row: RowRef<Row>) {
  const word = kind.toLowerCase();
  const EdgeType = builder.edgeObject({
    type: row,
    name: `${kind}Edge`,
    description: `A ${word} and its place in the list.`,
    nodeField: { description: `The ${word}.` },
  });
  return builder.objectRef<Connection<Row>>(`${kind}Connection`).implement({
    description: `A page of ${word}s, with a report on every source.`,
    fields: (t) => ({
      edges: t.field({
        type: [EdgeType],
        description: 'The records of this page with their cursors.',
        extensions: { price: page },
        resolve: ({ edges }) => edges,
      }),
      nodes: t.field({
        type: [row],
        description: 'The records of this page, without their cursors.',
        extensions: { price: page },
        resolve: ({ edges }) => edges.map(({ node }) => node),
      }),
      pageInfo: t.expose('pageInfo', { type: PageInfoType, description: 'Where this page stands in its list.' }),
      sources: t.field({
        type: [SourceReportType],
        description:
          'Every source that the query asks for, whether it answered or not. A source that failed is passed over; asking again with the same cursor tries it again.',
        extensions: { price: perSource },
        resolve: (connection) => connection.sources(),
      }),
      isComplete: t.boolean({
        description: 'False when a source that was asked did not answer in full, so that records may be missing.',
        extensions: { price: included },
        resolve: async (connection) => (await connection.sources()).every(isAnswered),
      }),
      totalCount: t.field({
        type: CountType,
        description:
          'How many records match in all. Reads every source in full when selected, a call for each 100 records, or what others read of it shortly before.',
        extensions: { price: totalCount },
        resolve: (connection) => connection.totalCount(),
      }),
    }),
  });
}
