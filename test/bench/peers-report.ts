/** The medians of one server for one shape. */
export interface Row {
  readonly shape: string;
  readonly name: string;
  readonly perSecond: number;
  /** Processor time of the server per request. */
  readonly micros: number;
}

export interface ReportFacts {
  readonly machine: string;
  readonly versions: string;
  readonly date: string;
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: number;
}

const shapes = ['a', 'b', 'c'];

/** Writes docs/performance.md from the rows. */
export function table(rows: readonly Row[], facts: ReportFacts): string {
  const names = [...new Set(rows.map(({ name }) => name))];
  const of = (name: string, shape: string) => rows.find((row) => row.name === name && row.shape === shape);
  const cells = (name: string, value: (row: Row) => string) =>
    shapes.map((shape) => {
      const row = of(name, shape);
      return row === undefined ? '' : value(row);
    });
  const lines = (value: (row: Row) => string) => names.map((name) => [name, ...cells(name, value)]);
  const ratio = (one: string, other: string) =>
    shapes.map((shape) => {
      const [a, b] = [of(one, shape), of(other, shape)];
      return a && b ? (b.micros / a.micros).toFixed(2) : '';
    });
  const ratios = [
    ['compiled ÷ Mercurius + JIT', ...ratio('snapgate, compiled', 'Mercurius + JIT, in memory')],
    ['the same, both with gzip', ...ratio('snapgate, compiled, gzip', 'Mercurius + JIT, in memory, gzip')],
    ['ready responses ÷ bare bytes', ...ratio('snapgate, ready responses', 'bare bytes (node:http)')],
    ['uncached ÷ direct SDK', ...ratio('snapgate, uncached (no-cache)', 'direct SDK, uncached')],
  ];
  return `# Performance

For operators: what a request costs, compared with other servers. \`npm run bench:peers\` measures and writes this page.

Measured on ${facts.date}: ${facts.machine}. ${facts.rounds} rounds of ${facts.seconds} s for each server and shape, in turn; medians; ${facts.connections} connections. Other load on the machine changes the figures; compare rows of one run only. Peers: ${facts.versions}.

The shapes: **a** is \`node(id:)\` with two fields, **b** is 20 snapshots with 10 fields each, **c** is 100 snapshots with all fields, tags, sharing and cluster. All GraphQL servers return the same data, which is checked before. The peers have the schema of snapgate over data in memory, without AWS, cursors, authentication and limits. snapgate runs as \`serve\`: every request has a bearer token, is logged, measured and charged, and all limits apply; only the limits of requests and AWS calls per minute are raised. The responses of AWS are cached, except for \`no-cache\`.

- **Ready responses**: the same request again, while nothing that its response rests on has changed.
- **Compiled**: each request has another variable, so that no response is ready.
- **Direct SDK**: a Node.js server that makes one call with the AWS SDK and sends its result with \`JSON.stringify\`, without the clusters of the snapshots.

## Processor time per request, in microseconds

${markdown(
  ['server', ...shapes],
  lines(({ micros }) => Math.round(micros).toLocaleString('en-US')),
)}

## Requests per second

${markdown(
  ['server', ...shapes],
  lines(({ perSecond }) => Math.round(perSecond).toLocaleString('en-US')),
)}

## How many times as many requests for the same processor time

${markdown(['comparison', ...shapes], ratios)}
`;
}

function markdown(head: readonly string[], body: readonly (readonly string[])[]): string {
  const widths = head.map((title, index) => Math.max(title.length, ...body.map((row) => (row[index] ?? '').length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(head), rule, ...body.map(line)].join('\n');
}
