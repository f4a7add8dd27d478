import type { Connection, PageInfo, UncountedConnection } from '../../fleet/lists/connection.ts';
import { isAnswered } from '../../fleet/reports.ts';
import { free, included, page, perSource, totalCount } from '../../limits/price.ts';
import { after } from '../../snapshots/maybe.ts';
import type { AwsRecord } from '../../snapshots/record.ts';
import { builder } from '../builder.ts';
import { SourceReportType } from '../source.ts';
import { CountType } from './count.ts';

/** Replaces the PageInfo of the Relay plugin, which must know `hasNextPage` before the first record is sent. */
const PageInfoType = builder.objectRef<PageInfo>('PageInfo').implement({
  description: 'The position of a page in its list.',
  fields: (t) => ({
    hasNextPage: t.boolean({
      description:
        'Whether more records follow this page. May cost additional AWS calls, made only if this field is selected.',
      extensions: { price: included },
      resolve: ({ hasNextPage }) => hasNextPage(),
    }),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage', {
      description: 'Whether records precede this page, as far as this is known without additional AWS calls.',
    }),
    startCursor: t.string({
      nullable: true,
      description: 'The cursor of the first record of this page. Null if the page is empty.',
      extensions: { price: free },
      resolve: (page) => page.startCursor(),
    }),
    endCursor: t.string({
      nullable: true,
      description:
        'The cursor at the end of this page. Pass it as `after` to read the next page. Null if there is no position to continue from.',
      extensions: { price: free },
      resolve: (page) => page.endCursor(),
    }),
  }),
});

/** The GraphQL type of the records of a connection. */
type RowRef<Row> =
  ReturnType<typeof builder.interfaceRef<Row>> | ReturnType<ReturnType<typeof builder.objectRef<Row>>['implement']>;

/** The words for the records of a connection in its descriptions. */
interface Words {
  readonly one: string;
  readonly many: string;
}

/** Defines the connection type and the edge type of one kind of record, `Snapshot` or `Cluster`. */
export function connectionType<Row extends AwsRecord>(kind: 'Snapshot' | 'Cluster', row: RowRef<Row>) {
  const word = kind.toLowerCase();
  const ConnectionType = uncountedConnectionType<Row, Connection<Row>>(kind, row, {
    one: `A ${word}`,
    many: `${word}s`,
  });
  builder.objectField(ConnectionType, 'totalCount', (t) =>
    t.field({
      type: CountType,
      description: `The total number of ${word}s that match; EXACT only if no source failed, neither for the count nor for this page. If selected, reads every source in full, one AWS call per 100 ${word}s; a recent full read is reused.`,
      extensions: { price: totalCount },
      resolve: (connection) => connection.totalCount(),
    }),
  );
  return ConnectionType;
}

/** Defines the connection type `…Connection` and the edge type `…Edge` of lists that are not counted. */
export function uncountedConnectionType<
  Row extends object,
  Page extends UncountedConnection<Row> = UncountedConnection<Row>,
>(name: string, row: RowRef<Row>, { one, many }: Words) {
  const EdgeType = builder.edgeObject({
    type: row,
    name: `${name}Edge`,
    description: `${one} in a list, and its cursor.`,
    nodeField: { description: `The ${one.replace(/^An? /, '')}.` },
  });
  return builder.objectRef<Page>(`${name}Connection`).implement({
    description: `A page of a list of ${many}, with a report on every source.`,
    fields: (t) => ({
      edges: t.field({
        type: [EdgeType],
        description: `The ${many} of this page, with their cursors.`,
        extensions: { price: page },
        resolve: (connection) => connection.edges(),
      }),
      nodes: t.field({
        type: [row],
        description: `The ${many} of this page, without their cursors.`,
        extensions: { price: page },
        resolve: ({ nodes }) => nodes,
      }),
      pageInfo: t.field({
        type: PageInfoType,
        description: 'The position of this page in its list.',
        resolve: ({ pageInfo }) => pageInfo,
      }),
      sources: t.field({
        type: [SourceReportType],
        description:
          'A report on every source that the query selects, whether or not the source responded. A failed source is skipped: the pages after `endCursor` report its failure, too, and a request with the same `after` tries it again. A source that failed only while `hasNextPage` was determined comes after `endCursor`, so the next page reads it again.',
        extensions: { price: perSource },
        resolve: (connection) => connection.sources(),
      }),
      isComplete: t.boolean({
        description: `Whether every source that was read for this page, or for the pages before it, returned everything that was requested from it. If false, ${many} may be missing. Sources that are NOT_REACHED are still to come.`,
        extensions: { price: included },
        resolve: (connection) => after(connection.sources(), (reports) => reports.every(isAnswered)),
      }),
    }),
  });
}
