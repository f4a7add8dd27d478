import type { Finding } from './checkup.ts';

const headings = ['ACCOUNT', 'REGION', 'SERVICE', 'CREDENTIALS', 'ACTIONS', 'SLOWEST'];

/** Formats the findings as a table for a terminal, with each problem on a line below its source. */
export function formatFindings(findings: readonly Finding[]): string {
  const rows = findings.map(cellsOf);
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  const format = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const lines = findings.flatMap(({ problems }, index) => [
    format(rows[index] ?? []),
    ...problems.map((problem) => `  ${problem}`),
  ]);
  const passed = findings.filter(({ problems }) => problems.length === 0).length;
  return [format(headings), ...lines, '', `${passed} of ${findings.length} sources passed all checks.`].join('\n');
}

function cellsOf({ source, hasCredentials, actions, milliseconds }: Finding): string[] {
  return [
    source.accountName === null ? source.account : `${source.account} (${source.accountName})`,
    source.region,
    source.service,
    hasCredentials ? 'yes' : 'no',
    hasCredentials ? `${actions.allowed} of ${actions.needed}` : '-',
    milliseconds === undefined ? '-' : `${Math.ceil(milliseconds)} ms`,
  ];
}
