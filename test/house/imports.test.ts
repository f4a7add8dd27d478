import { describe, expect, it } from 'vitest';
import { type Import, imports, sourceFiles } from '../support/import-graph.ts';

/** Which rooms a room may import from, itself apart; a new room needs its line here. */
const directions: Readonly<Record<string, readonly string[]>> = {
  access: ['context', 'errors', 'graphql', 'replicas', 'server', 'snapshots', 'strict-object'],
  aws: ['errors', 'replicas'],
  changes: ['access', 'aws', 'context', 'errors', 'fleet', 'graphql', 'snapshots'],
  config: ['access', 'aws', 'errors', 'graphql', 'server', 'strict-object'],
  context: ['access', 'aws', 'changes', 'fleet', 'replicas', 'services'],
  doctor: ['aws', 'errors', 'fleet', 'graphql', 'services'],
  emulator: [],
  errors: [],
  fleet: ['access', 'aws', 'config', 'context', 'errors', 'graphql', 'snapshots'],
  gateway: ['access', 'aws', 'config', 'fleet', 'limits', 'schema', 'server', 'telemetry'],
  graphql: ['context', 'errors', 'snapshots'],
  limits: ['access', 'context', 'errors', 'replicas', 'strict-object'],
  main: ['access', 'aws', 'config', 'doctor', 'emulator', 'fleet', 'gateway', 'schema', 'server'],
  plugins: ['aws', 'context', 'limits'],
  replicas: ['aws'],
  schema: ['graphql', 'services'],
  server: [
    'access',
    'aws',
    'context',
    'errors',
    'graphql',
    'limits',
    'plugins',
    'replicas',
    'schema',
    'strict-object',
    'telemetry',
  ],
  services: ['aws', 'changes', 'errors', 'fleet', 'graphql', 'snapshots'],
  snapshots: ['context', 'errors', 'graphql'],
  'strict-object': [],
  telemetry: ['errors'],
};

/** The first folder or the file's own name: `src/fleet/page.ts` is in fleet, `src/main.ts` in main. */
const roomOf = (path: string) => /^src\/([\w-]+)/.exec(path)?.[1] ?? path;
const isOurs = ({ to }: Import) => to.startsWith('src/');
/** The one way up: the type of what resolvers reach. */
const isContext = ({ to, isType, names }: Import) => to === 'src/context.ts' && isType && names === '{ Context }';
const describeImport = ({ from, to }: Import) => `${from} → ${to}`;

const within = imports.filter(isOurs);
const packages = imports.filter((each) => !isOurs(each));
const inRoom = (list: readonly Import[], room: string) => list.filter(({ from }) => roomOf(from) === room);
const listed = (list: readonly Import[]) => list.map(describeImport);

describe('imports', () => {
  it('are all found, and lead to files that exist', () => {
    const keyword = /^(?:import|export)\b[^;]*?\bfrom '|^import '|\bimport\('/gm;
    const written = [...sourceFiles.values()].flatMap((text) => [...text.matchAll(keyword)]);
    expect(imports).toHaveLength(written.length);
    expect(listed(within.filter(({ to }) => !sourceFiles.has(to)))).toEqual([]);
  });

  it.each([...new Set([...sourceFiles.keys()].map(roomOf))])('of %s point down', (room) => {
    const allowed = directions[room];
    expect(allowed, `${room} has its line in the table of directions`).toBeDefined();
    const upward = inRoom(within, room)
      .filter(({ to }) => roomOf(to) !== room && !allowed?.includes(roomOf(to)))
      .filter((each) => !isContext(each));
    expect(listed(upward)).toEqual([]);
  });

  it('never lead from one service to another', () => {
    const serviceOf = (path: string) => /^src\/services\/([\w-]+)\//.exec(path)?.[1];
    const across = within.filter(({ from, to }) => {
      const [own, other] = [serviceOf(from), serviceOf(to)];
      return own !== undefined && other !== undefined && own !== other;
    });
    expect(listed(across)).toEqual([]);
    const registry = inRoom(within, 'services').filter(({ to }) => to === 'src/services/index.ts');
    expect(listed(registry)).toEqual([]);
  });

  it('give schema files AWS types alone, and no way to AWS but the context', () => {
    const schemas = imports.filter(({ from }) => from.endsWith('.schema.ts'));
    const values = schemas.filter(({ isType }) => !isType);
    expect(listed(values.filter(({ to }) => /^@(aws-sdk|smithy)\//.test(to)))).toEqual([]);
    expect(listed(values.filter(({ to }) => to.endsWith('/client.ts') || to.startsWith('src/aws/')))).toEqual([]);
  });

  it('keep GraphQL out of the AWS room and AWS out of the GraphQL room', () => {
    expect(listed(inRoom(packages, 'aws').filter(({ to }) => /graphql|pothos/.test(to)))).toEqual([]);
    expect(listed(inRoom(packages, 'graphql').filter(({ to }) => /^@(aws-sdk|smithy)\//.test(to)))).toEqual([]);
  });

  it('isolate the emulator both ways; only the command line joins it with the gateway', () => {
    const ends = within.filter(({ from, to }) => (roomOf(from) === 'emulator') !== (roomOf(to) === 'emulator'));
    expect(new Set(ends.map(({ from }) => from))).toEqual(new Set(['src/main.ts']));
    const own = /^(node:|zod$|@aws-sdk\/|@smithy\/)/;
    expect(listed(inRoom(packages, 'emulator').filter(({ to }) => !own.test(to)))).toEqual([]);
  });

  it('are none in the errors', () => {
    expect(listed(inRoom(imports, 'errors'))).toEqual([]);
  });

  it('form no cycle among values', () => {
    expect(findCycle(within.filter(({ isType }) => !isType))).toEqual([]);
  });
});

describe('the environment', () => {
  it('is read in one place, to which the command line hands it', () => {
    const readers = [...sourceFiles].flatMap(([path, text]) =>
      [...text.matchAll(/.*process\.env.*/g)].map(([line]) => `${path}: ${line.trim()}`),
    );
    expect(readers.filter((reader) => !/^src\/main\.ts: .*\(flags, process\.env\b/.test(reader))).toEqual([]);
  });
});

/** The files of one cycle, in order; empty where there is none. */
function findCycle(edges: readonly Import[]): readonly string[] {
  const targets = Map.groupBy(edges, ({ from }) => from);
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): readonly string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    const cycle = targets
      .get(file)
      ?.map(({ to }) => visit(to, [...path, file]))
      .find(({ length }) => length > 0);
    done.add(file);
    return cycle ?? [];
  };
  return [...targets.keys()].map((file) => visit(file, [])).find(({ length }) => length > 0) ?? [];
}
