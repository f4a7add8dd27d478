import { type GraphQLObjectType, isNonNullType, type ResponsePath, type SelectionSetNode } from 'graphql';
import { createRowMark } from '../snapshots/lazily.ts';
import { type CompiledField, compileField, type Inside, typenameField } from './fields.ts';
import { createFragments, type Fragments, isLasting } from './fragments.ts';
import { abandon, ignore, type Pending, type Plan, type Run } from './run.ts';
import { collectFields } from './selection.ts';
import { writeByte, writeText } from './sink.ts';

/** Writes the selected fields of an object. */
type WriteSelection = (run: Run, source: unknown, path: ResponsePath | undefined) => Pending;

/** A longest sequence of fields that are all pure, or all not. */
interface Sequence {
  readonly fields: readonly CompiledField[];
  /** Undefined if the fields are not pure. */
  readonly fragments: Fragments | undefined;
}

interface Selection {
  readonly isPure: boolean;
  readonly write: WriteSelection;
}

/** Compiles what selection sets select of objects, for each object type when it first occurs. */
export function compileSets(plan: Plan, sets: readonly SelectionSetNode[]): Inside {
  const selections = new Map<GraphQLObjectType, Selection>();
  const selectionOf = (type: GraphQLObjectType): Selection => {
    const selection = selections.get(type) ?? compileSelection(plan, type, sets);
    selections.set(type, selection);
    return selection;
  };
  return {
    write: (run, type, value, path) => selectionOf(type).write(run, value, path),
    isPure: (type) => selectionOf(type).isPure,
  };
}

function compileSelection(plan: Plan, type: GraphQLObjectType, sets: readonly SelectionSetNode[]): Selection {
  const fields: CompiledField[] = [];
  for (const [key, nodes] of collectFields(plan, type, sets)) {
    const prefix = `${fields.length === 0 ? '{' : ','}"${key}":`;
    const { value: name } = nodes[0].name;
    const field = type.getFields()[name];
    if (name === '__typename') fields.push(typenameField(type, prefix));
    else if (field) {
      const spot = { nodes, isNonNull: isNonNullType(field.type), parentType: type, field };
      const inside = compileSets(
        plan,
        nodes.flatMap(({ selectionSet }) => selectionSet ?? []),
      );
      fields.push(compileField(spot, key, prefix, inside));
    }
  }
  return { isPure: fields.every(({ isPure }) => isPure), write: selectionWriter(fields) };
}

const closeBrace = 0x7d;

function selectionWriter(fields: readonly CompiledField[]): WriteSelection {
  if (fields.length === 0) return ({ sink }) => writeText(sink, '{}');
  const sequences = sequencesOf(fields);
  const hasPure = sequences.some(({ fragments }) => fragments);
  return (run, source, path) => {
    const pending: Promise<unknown>[] = [];
    const isKept = hasPure && run.plan.memory !== undefined && isLasting(source);
    try {
      for (const sequence of sequences) {
        if (isKept && sequence.fragments) writeKept(run, sequence, sequence.fragments, source, path, pending);
        else writeFields(run, sequence, source, path, pending);
      }
    } catch (error) {
      abandon(pending);
      throw error;
    }
    writeByte(run.sink, closeBrace);
    return pending.length === 0 ? undefined : Promise.all(pending).then(ignore);
  };
}

function sequencesOf(fields: readonly CompiledField[]): readonly Sequence[] {
  const groups: CompiledField[][] = [];
  for (const field of fields) {
    const last = groups.at(-1);
    if (last?.[0]?.isPure === field.isPure) last.push(field);
    else groups.push([field]);
  }
  return groups.map((group) => ({ fields: group, fragments: group[0]?.isPure ? createFragments() : undefined }));
}

function writeFields(
  run: Run,
  { fields }: Sequence,
  source: unknown,
  path: ResponsePath | undefined,
  pending: Promise<unknown>[],
): void {
  for (const field of fields) {
    const waiting = field.write(run, source, path);
    if (waiting !== undefined) pending.push(waiting);
  }
}

const wasWritten = createRowMark();

/** Writes the kept JSON of an object, or writes its fields and keeps their JSON. */
function writeKept(
  run: Run,
  sequence: Sequence,
  fragments: Fragments,
  source: object,
  path: ResponsePath | undefined,
  pending: Promise<unknown>[],
): void {
  const { sink, obstacles, plan } = run;
  if (plan.memory?.write(fragments, source, sink)) return;
  const start = sink.position;
  const waiting = pending.length;
  writeFields(run, sequence, source, path, pending);
  // Most records of responses that are not cached are written only once.
  if (!wasWritten(source)) return;
  if (run.obstacles === obstacles && pending.length === waiting) plan.memory?.keep(fragments, source, sink, start);
}
