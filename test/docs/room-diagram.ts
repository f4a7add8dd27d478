import { type Edge, order, roomOf } from '../house/rooms.ts';

/**
 * The rooms and their imports as a Mermaid flowchart, the importing room above. An import is left out if a chain of others
 * implies it.
 */
export function roomDiagram(imports: readonly Edge[]): string {
  const targets = new Map<string, Set<string>>();
  for (const { from, to } of imports) {
    const [importer, imported] = [roomOf(from), roomOf(to)];
    if (!to.startsWith('src/') || importer === imported) continue;
    targets.set(importer, (targets.get(importer) ?? new Set()).add(imported));
  }
  const arrows = [...targets].flatMap(([from, direct]) =>
    [...direct]
      .filter((to) => ![...direct].some((via) => via !== to && reaches(via, to, targets)))
      .map((to) => ({ from, to })),
  );
  const position = (room: string) => (order.includes(room) ? order.indexOf(room) : order.length);
  const lines = arrows
    .toSorted((one, other) => position(one.from) - position(other.from) || position(one.to) - position(other.to))
    .map(({ from, to }) => `  ${from} --> ${to}`);
  return ['```mermaid', 'flowchart TD', ...lines, '```'].join('\n');
}

function reaches(from: string, to: string, targets: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const next = targets.get(from) ?? new Set();
  return next.has(to) || [...next].some((room) => reaches(room, to, targets));
}
