import { expect, it } from 'vitest';
import { sources } from '../support/import-graph.ts';
import { parseSource, type Source, walk } from '../support/syntax.ts';

/** What creates few objects: for each process, full read, change or reload, and not for each request. */
const rare = ['src/console/', 'src/aws/credentials/', 'src/changes/', 'src/emulator/', 'src/fleet/full-reads/'];
/** The WeakMaps and composed signals of code that runs for each request, each with the reason why it may. */
const allowed: Readonly<Record<string, string>> = {
  'src/access/policy/keep-last.ts': 'deletions',
  'src/aws/connection.ts': 'keys that live as long as the process',
  'src/aws/calls/retries.ts': 'values that are numbers, and retries',
  'src/aws/sts.ts': 'sessions of roles',
  'src/aws/usage.ts': 'changes that are read back',
  'src/context.ts': 'values that live as long as the principal',
  'src/doctor/issuer.ts': 'the command doctor',
  'src/commands/health.ts': 'the command health',
  'src/execution/fragments.ts': 'values that are texts of cached records',
  'src/execution/ready/ready-key.ts': 'values that live as long as the principal',
  'src/fleet/paging/failures.ts': 'values that live as long as the source',
  'src/graphql/lists/selection.ts': 'values that live as long as the document',
  'src/limits/budget.ts': 'values that are removed when the request ends',
  'src/limits/cost.ts': 'values that live as long as the document',
  'src/limits/documents.ts': 'values that live as long as the document',
  'src/replicas/allowance.ts': 'keys that live as long as the process',
  'src/server/authentication/authentication.ts': 'values that live as long as the token',
  'src/server/operations/fast-path.ts': 'values that are numbers',
  'src/server/operations/known-documents.ts': 'values that live as long as the document',
  'src/server/plugins/request-scope.ts': 'requests that GraphQL Yoga answers',
  'src/telemetry/traces/tracing.ts': 'spans, only with traces',
};

/** Returns what keeps short-lived objects in memory until a full collection, as `file: what`. */
function keepersIn({ path, program }: Source): string[] {
  const found: string[] = [];
  walk(program, (node) => {
    if (node.type === 'Property' && node.kind !== 'init') found.push(`${path}: an accessor of an object literal`);
    if (node.type === 'NewExpression' && node.callee.type === 'Identifier' && node.callee.name === 'WeakMap')
      found.push(`${path}: WeakMap`);
    if (
      node.type === 'MemberExpression' &&
      node.object.type === 'Identifier' &&
      node.object.name === 'AbortSignal' &&
      node.property.type === 'Identifier'
    )
      found.push(`${path}: AbortSignal.${node.property.name}`);
  });
  return found;
}

it('is not kept until a full garbage collection by what requests create', () => {
  const found = sources
    .filter(({ path }) => !rare.some((folder) => path.startsWith(folder)) && !(path in allowed))
    .flatMap(keepersIn);
  expect(found).toEqual([]);
  const isNeeded = (path: string) => sources.some((source) => source.path === path && keepersIn(source).length > 0);
  expect(Object.keys(allowed).filter((path) => !isNeeded(path))).toEqual([]);
});

it('finds all that keeps objects', () => {
  const text =
    'const a = { get b() { return 1; } }; new WeakMap(); AbortSignal.any([]); class C { get d() { return 2; } }';
  expect(keepersIn(parseSource('x.ts', text))).toEqual([
    'x.ts: an accessor of an object literal',
    'x.ts: WeakMap',
    'x.ts: AbortSignal.any',
  ]);
});
