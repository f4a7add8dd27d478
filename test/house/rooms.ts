/** A dependency of one file on another. */
export interface Edge {
  readonly from: string;
  readonly to: string;
}

/** The rooms from top to bottom: a room may import every room after it. Add new rooms here. */
export const order: readonly string[] = [
  'main',
  'commands',
  'mcp',
  'doctor',
  'gateway',
  'config',
  'server',
  'console',
  'cookbook',
  'execution',
  'schema',
  'context',
  'services',
  'graphql',
  'changes',
  'fleet',
  'limits',
  'access',
  'aws',
  'replicas',
  'snapshots',
  'errors',
  'masking',
];

/** Rooms outside the order: the rooms they may import, and the rooms that may import them. */
const outside: Readonly<
  Record<string, { readonly imports: readonly string[]; readonly importedBy: readonly string[] }>
> = {
  // It implements interfaces of the rooms that it observes.
  telemetry: { imports: ['server', 'fleet', 'aws', 'errors', 'masking'], importedBy: ['gateway', 'config'] },
  emulator: { imports: [], importedBy: ['commands'] },
};

/** The first folder, or the file's own name: `src/fleet/page.ts` is in fleet, `src/main.ts` in main. */
export function roomOf(path: string): string {
  return /^src\/([^/]+?)(?:\.ts)?(?:\/|$)/.exec(path)?.[1] ?? path;
}

/** The files whose room is unknown. */
export function withoutRoom(files: readonly string[]): readonly string[] {
  return files.filter((file) => !order.includes(roomOf(file)) && !Object.hasOwn(outside, roomOf(file)));
}

/** The dependencies that the order of rooms does not allow. */
export function upwardOf<E extends Edge>(edges: readonly E[]): readonly E[] {
  return edges.filter(({ from, to }) => !mayImport(roomOf(from), roomOf(to)));
}

/** The strongly connected components with a cycle, the largest first; a file that imports itself is one. */
export function findCycles(edges: readonly Edge[]): readonly (readonly string[])[] {
  const targets = targetsOf(edges);
  const indexes = new Map<string, number>();
  const stack: string[] = [];
  const components: string[][] = [];

  /** Tarjan's algorithm: returns the lowest index on the stack that the file reaches. */
  const visit = (file: string): number => {
    const index = indexes.size;
    indexes.set(file, index);
    const position = stack.push(file) - 1;
    const reached = [...(targets.get(file) ?? [])].map((target) =>
      indexes.has(target) ? (stack.includes(target) ? (indexes.get(target) ?? index) : index) : visit(target),
    );
    const lowest = Math.min(index, ...reached);
    if (lowest === index) components.push(stack.splice(position));
    return lowest;
  };

  for (const file of targets.keys()) if (!indexes.has(file)) visit(file);
  return components
    .filter(([file = '', ...others]) => others.length > 0 || targets.get(file)?.has(file))
    .map((files) => files.toSorted())
    .toSorted((one, other) => other.length - one.length || (one.join() < other.join() ? -1 : 1));
}

/** A shortest cycle within a component, from a file back to itself. */
export function shortestLoop(component: readonly string[], edges: readonly Edge[]): readonly string[] {
  const targets = targetsOf(edges.filter(({ from, to }) => component.includes(from) && component.includes(to)));
  const loops = component.map((file) => loopFrom(file, targets)).filter(({ length }) => length > 0);
  return loops.toSorted((one, other) => one.length - other.length)[0] ?? [];
}

function mayImport(from: string, to: string): boolean {
  if (from === to) return true;
  const [imports, importedBy] = [outside[from]?.imports, outside[to]?.importedBy];
  if (imports || importedBy) return (imports?.includes(to) ?? true) && (importedBy?.includes(from) ?? true);
  return order.includes(from) && order.indexOf(from) < order.indexOf(to);
}

function targetsOf(edges: readonly Edge[]): ReadonlyMap<string, ReadonlySet<string>> {
  const groups = Map.groupBy(edges, ({ from }) => from);
  return new Map([...groups].map(([from, group]) => [from, new Set(group.map(({ to }) => to))]));
}

function loopFrom(start: string, targets: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const seen = new Set<string>();
  let paths: readonly (readonly string[])[] = [[start]];
  while (paths.length > 0) {
    paths = paths.flatMap((path) => [...(targets.get(path.at(-1) ?? '') ?? [])].map((target) => [...path, target]));
    const loop = paths.find((path) => path.at(-1) === start);
    if (loop) return loop;
    paths = paths.filter((path) => {
      const last = path.at(-1) ?? '';
      return !seen.has(last) && seen.add(last);
    });
  }
  return [];
}
