import { cpus } from 'node:os';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { root } from '../../support/repository.ts';
import type { Results, Rounds } from './measure.ts';
import { versionOf } from './peers.ts';
import { type ShapeName, shapeNames, shapes } from './shapes.ts';
import type { TargetTable } from './targets.ts';
import { type Variant, variants } from './variants.ts';

type Table = readonly (readonly string[])[];

export interface Measured {
  readonly results: Results;
  readonly tables: readonly TargetTable[];
  readonly rounds: Rounds;
  /** Whether the servers had a core of their own. */
  readonly isPinned: boolean;
}

const columns = shapeNames.map((shape) => shape);

function costsTable(results: Results, selected: readonly Variant[], value: 'cpu' | 'perSecond' | 'calls'): Table {
  const text = (name: string, shape: ShapeName) => {
    const number = results.cost(name, shape)?.[value];
    if (number === undefined) return '';
    return value === 'calls' ? number.toFixed(1) : Math.round(number).toLocaleString('en');
  };
  return [
    ['', ...columns],
    ...selected.map(({ name, title }) => [title, ...shapeNames.map((shape) => text(name, shape))]),
  ];
}

interface Comparison {
  readonly title: string;
  readonly of: string;
  readonly with: string;
  /** As a share of the other, or how many times as efficient. */
  readonly as: 'share' | 'factor' | 'cost';
}

const comparisons: readonly Comparison[] = [
  { title: 'without ready responses, vs. Mercurius with JIT', of: 'compiled', with: 'mercurius-jit', as: 'factor' },
  { title: 'the same with gzip', of: 'compiled-gzip', with: 'mercurius-jit-gzip', as: 'factor' },
  { title: 'without ready responses, vs. Mercurius', of: 'compiled', with: 'mercurius', as: 'factor' },
  { title: 'without ready responses, vs. Apollo Server', of: 'compiled', with: 'apollo', as: 'factor' },
  { title: 'without ready responses, vs. Yoga and Pothos', of: 'compiled', with: 'yoga', as: 'factor' },
  { title: 'repeated query, share of ready bytes', of: 'ready', with: 'bare', as: 'share' },
  { title: 'the same with gzip', of: 'ready-gzip', with: 'bare-gzip', as: 'share' },
  { title: 'uncached, cost compared with the AWS SDK', of: 'uncached', with: 'direct', as: 'cost' },
];

function comparisonTable(results: Results): Table {
  const text = ({ of, with: other, as }: Comparison, shape: ShapeName) => {
    const [own, peer] = [results.cost(of, shape)?.cpu, results.cost(other, shape)?.cpu];
    if (own === undefined || peer === undefined) return '';
    if (as === 'share') return `${Math.round((100 * peer) / own)} %`;
    return `${(as === 'cost' ? own / peer : peer / own).toFixed(2)} ×`;
  };
  const rows = comparisons.map((each) => [each.title, ...shapeNames.map((shape) => text(each, shape))]);
  return [['snapgate', ...columns], ...rows.filter((row) => row.slice(1).some((cell) => cell !== ''))];
}

const isUncached = ({ isDirect, how }: Variant) => isDirect === true || how === 'uncached';

/** Returns the figures as text for a terminal. */
export const formatResults = (results: Results, selected: readonly Variant[]): string =>
  [
    `CPU µs per request\n${formatTable(costsTable(results, selected, 'cpu'))}`,
    `Requests per second\n${formatTable(costsTable(results, selected, 'perSecond'))}`,
    `AWS calls per request\n${formatTable(costsTable(results, selected.filter(isUncached), 'calls'))}`,
    formatTable(comparisonTable(results)),
  ].join('\n\n');

/** Returns a table in Markdown with aligned columns of numbers. */
export function formatTable([head = [], ...rows]: Table): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(Math.max(1, width - 1))}:`)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

const kilobytes = (bytes = 0) => (bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(0)} KB`);

function shapesTable(results: Results): Table {
  return [
    ['', 'query', 'response', 'with gzip'],
    ...shapeNames.map((shape) => [
      shape,
      shapes[shape].title,
      kilobytes(results.bytes('compiled', shape)),
      kilobytes(results.bytes('compiled-gzip', shape)),
    ]),
  ];
}

const packages = [
  'graphql-yoga',
  '@pothos/core',
  '@apollo/server',
  'mercurius',
  'graphql-jit',
  'graphql',
  'fastify',
  '@fastify/compress',
  '@aws-sdk/client-redshift',
];

/** Returns docs/performance.md. */
export async function formatPage({ results, tables, rounds, isPinned }: Measured): Promise<string> {
  const versions = packages.map((name) => `${name} ${versionOf(name)}`).join(', ');
  const cores = cpus();
  const pinned = isPinned
    ? 'The measured server has a core of its own; the load generator and the fake AWS share another.'
    : 'The servers and the load generator share all cores.';
  const text = `# Performance

\`npm run bench:peers\` measures this gateway next to other servers for the same queries, and writes this page.

Measured on ${new Date().toISOString().slice(0, 10)} on ${cores.length} cores (${cores[0]?.model.trim()}), with Node.js ${process.versions.node} on ${process.platform} ${process.arch}. ${pinned} Compare the figures of one run with each other only: another machine, or the same machine with more load, has others.

## Queries

${formatTable(shapesTable(results))}

All servers return the same data, which is checked before anything is measured; only the server that uses the AWS SDK directly returns the records as the SDK does.

## CPU time per request

In microseconds: user and system time of all threads of the server, divided by the number of requests. Lower is better.

${formatTable(costsTable(results, variants, 'cpu'))}

## Requests per second

With ${rounds.connections} connections, each of which sends the next request when it has the response.

${formatTable(costsTable(results, variants, 'perSecond'))}

## Comparison

Quotients of the CPU times: \`2.00 ×\` means that snapgate needs half of the CPU time of the other server. In the last row, it means twice the CPU time.

${formatTable(comparisonTable(results))}

AWS calls per request of the rows that are not cached:

${formatTable(costsTable(results, variants.filter(isUncached), 'calls'))}

${tables.map(({ title, text, rows }) => `## ${title}\n\n${text}\n\n${formatTable(rows)}`).join('\n\n')}

## What is compared

- **snapgate** runs as \`snapgate serve\` does, with everything on: bearer tokens (HS256), grants, limits, price and allowance, metrics on their own port, and the log of each operation in a file. The limits of requests, cost and document size are raised so that the benchmark does not reach them. Its AWS is a local HTTP server with fixed responses, in a process of its own. AWS responses are cached, except in the row “uncached”, which sends \`cache-control: no-cache\`. There, AWS returns the same content each time, like that of a fleet that has not changed, which the gateway recognizes and does not parse again; an uncached request whose responses differ costs more. Such a request can use a response for another one if its AWS call started later than the request, so that requests at the same time make fewer calls: see the table of AWS calls.
- **Repeated query**: the same request again and again. **Without ready responses**: each request has another value of a variable that the query does not use, so that no former response can be sent again, and the query is executed.
- **Ready bytes** is a server of \`node:http\` that reads the request and sends a response that it has in memory, the limit of every server on Node.js; with gzip, it has the compressed bytes.
- **Mercurius** and **Apollo Server** have the schema of snapgate over records in memory, with the default resolvers: no AWS, no authentication, no limits and no log. Mercurius runs on Fastify, and compresses with \`@fastify/compress\`; Apollo Server is standalone.
- **Yoga and Pothos** is the same data with the measured fields in a schema as the manual of Pothos shows: nodes of its relay plugin, exposed fields, a scalar for dates and a data loader for clusters.
- **AWS SDK and JSON.stringify** calls AWS for each request, with the default settings of the SDK, and sends the result as JSON.

Every server runs with \`--max-semi-space-size=64\`, as the images do, and \`NODE_ENV=production\`. Each figure is the median of ${rounds.rounds} ${rounds.rounds === 1 ? 'round' : 'rounds'} of ${rounds.milliseconds} ms, after a warm-up of ${rounds.warmUp} ms. Each round measures every server with every query, so that load of the machine affects all of them.

Versions: ${versions}.

## Repeat it

In a clone in which \`npm ci\` has run, \`npm run bench:peers\` installs the other servers into \`test/bench/peers/node_modules\`, takes about ten minutes, and replaces this page. \`-- --short\` only shows that everything works, in less than a minute, and writes no page. \`-- --only compiled,mercurius-jit\` measures and prints the rows whose names in \`variants.ts\` start with one of these, and \`-- --only targets\` the last three tables. \`--rounds\`, \`--milliseconds\` and \`--out\` change how often and how long is measured, and which file is written. The machine should have nothing else to do.
`;
  const path = join(root, 'docs/performance.md');
  return format(text, { ...(await resolveConfig(path)), parser: 'markdown', proseWrap: 'always', printWidth: 120 });
}
