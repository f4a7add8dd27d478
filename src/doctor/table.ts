import type { Finding, Status } from './finding.ts';

const headings = ['STATUS', 'CHECK', 'TARGET', 'RESULT'];

const statuses: readonly Status[] = ['OK', 'WARNING', 'PROBLEM', 'UNCHECKED'];

/** Formats the findings as a table for a terminal. The message of a check that did not pass is on the lines below it. */
export function formatFindings(findings: readonly Finding[]): string {
  const rows = merged(findings).map((finding) => ({ finding, cells: cellsOf(finding) }));
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map(({ cells }) => cells[column]?.length ?? 0)),
  );
  const format = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const lines = rows.flatMap(({ finding: { status, message }, cells }) => [
    format(cells),
    ...(status === 'OK' ? [] : message.split('\n').map((line) => `  ${line}`)),
  ]);
  return [format(headings), ...lines, '', summarize(findings)].join('\n');
}

/** Formats the findings as JSON: the most severe status, and every check. */
export function formatJson(findings: readonly Finding[]): string {
  return JSON.stringify({ status: overall(findings), checks: findings }, null, 2);
}

/** Returns PROBLEM if there is a problem, WARNING if there is a warning, and OK otherwise. */
export function overall(findings: readonly Finding[]): Status {
  const worst = (['PROBLEM', 'WARNING'] as const).find((each) => findings.some(({ status }) => status === each));
  return worst ?? 'OK';
}

function cellsOf({ name, target, status, message }: Finding): string[] {
  return [status, name, target, status === 'OK' ? message : ''];
}

/** Merges successive findings with the same result whose targets start with the same word: the actions of an account. */
function merged(findings: readonly Finding[]): readonly Finding[] {
  const groups: Finding[][] = [];
  for (const finding of findings) {
    const group = groups.at(-1);
    if (group?.[0] && isAlike(group[0], finding)) group.push(finding);
    else groups.push([finding]);
  }
  return groups.flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const target = others.length === 0 ? first.target : `${first.target} and ${others.length} more`;
    return [{ ...first, target }];
  });
}

function isAlike(one: Finding, other: Finding): boolean {
  const isSame = (['name', 'status', 'message'] as const).every((key) => one[key] === other[key]);
  return isSame && one.target.includes(' ') && one.target.split(' ')[0] === other.target.split(' ')[0];
}

function summarize(findings: readonly Finding[]): string {
  const counts = statuses.map((status) => `${findings.filter((each) => each.status === status).length} ${status}`);
  return `${findings.length} ${findings.length === 1 ? 'check' : 'checks'}: ${counts.join(', ')}.`;
}
