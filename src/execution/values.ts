import {
  type FieldNode,
  GraphQLError,
  type GraphQLAbstractType,
  type GraphQLLeafType,
  type GraphQLList,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import { isRecord } from '../snapshots/record.ts';
import { fail, type FieldPlan, isPromiseLike, planField, type WriteValue, type Written } from './fields.ts';
import type { KeptTexts } from './kept-texts.ts';
import { createLeafWriter, type WriteLeaf } from './leaves.ts';
import { createObjectWriter, ignore, joinLater, type Later, type WriteObject } from './objects.ts';
import type { Path } from './path.ts';
import { type Operation, ResolveInfo, type Run } from './run.ts';
import { invalidRuntimeType } from './runtime-type.ts';
import { collectFields, type Conditions } from './selection.ts';

/** Thrown while an operation is compiled for something that only GraphQL.js executes. */
export class UnsupportedError extends Error {}

/** Creates the writers of the values of one operation, each once. */
export class Compiler {
  readonly #operation: Operation;
  readonly #conditions: Conditions;
  readonly #kept: KeptTexts;
  readonly #leaves = new Map<GraphQLLeafType, WriteLeaf>();

  constructor(operation: Operation, conditions: Conditions, kept: KeptTexts) {
    this.#operation = operation;
    this.#conditions = conditions;
    this.#kept = kept;
  }

  /** Returns the writer of a selection on an object type. */
  object(type: GraphQLObjectType, sets: SelectionSets): Compiled<WriteObject> {
    const collected = collectFields(this.#operation, this.#conditions, type, sets);
    const fields = [...collected.values()].map((nodes) => this.#field(type, nodes));
    return {
      write: createObjectWriter(fields, this.#kept, isRecord),
      isPure: fields.every(({ isPure }) => isPure),
    };
  }

  #field(type: GraphQLObjectType, nodes: readonly FieldNode[]): FieldPlan {
    const name = nodes[0]?.name.value ?? '';
    if (name === '__schema' || name === '__type') throw new UnsupportedError('introspection');
    const definition = this.#operation.schema.getField(type, name);
    if (definition === undefined) throw new UnsupportedError('unknown field');
    const { write, isPure } = this.#value(definition.type, nodes);
    // Rule 5 of docs/architecture.md: a field without a price depends on its parent alone.
    const isOfParent = definition.extensions['price'] === undefined && definition.args.length === 0;
    return planField(definition, nodes, type, { write, isPure: isOfParent && isPure });
  }

  #value(type: GraphQLOutputType, nodes: readonly FieldNode[]): Compiled<WriteValue> {
    const nullable = isNonNullType(type) ? type.ofType : type;
    const { write, isPure } = this.#present(nullable, nodes);
    const writeNullable: WriteValue = (run, value, path, field) => {
      if (value == null) return null;
      if (value instanceof Error) throw value;
      return write(run, value, path, field);
    };
    return { write: isNonNullType(type) ? nonNull(writeNullable) : writeNullable, isPure };
  }

  #present(type: GraphQLOutputType, nodes: readonly FieldNode[]): Compiled<WriteValue> {
    if (isListType(type)) {
      const { write, isPure } = this.#value(type.ofType, nodes);
      return { write: writeList(type, write), isPure };
    }
    if (isLeafType(type)) {
      const write = this.#leaf(type);
      return { write: (_run, value) => write(value), isPure: true };
    }
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    if (isAbstractType(type)) return this.#abstract(type, sets);
    if (!isObjectType(type) || type.isTypeOf) throw new UnsupportedError('isTypeOf');
    const { write, isPure } = this.object(type, sets);
    return { write: (run, value, path) => write(run, value, path), isPure };
  }

  #leaf(type: GraphQLLeafType): WriteLeaf {
    const write = this.#leaves.get(type) ?? createLeafWriter(type);
    this.#leaves.set(type, write);
    return write;
  }

  #abstract(type: GraphQLAbstractType, sets: SelectionSets): Compiled<WriteValue> {
    const { resolveType } = type;
    if (!resolveType) throw new UnsupportedError('isTypeOf');
    const { schema } = this.#operation;
    const writers = new Map<string, Compiled<WriteObject>>();
    for (const each of schema.getPossibleTypes(type)) {
      if (each.isTypeOf) throw new UnsupportedError('isTypeOf');
      writers.set(each.name, this.object(each, sets));
    }
    const isPure = [...writers.values()].every((each) => each.isPure);
    const write = (run: Run, value: unknown, path: Path, field: FieldPlan, name: unknown) => {
      const found = typeof name === 'string' ? writers.get(name) : undefined;
      if (found === undefined) throw invalidRuntimeType(schema, type, field, name);
      return found.write(run, value, path);
    };
    const writeAbstract: WriteValue = (run, value, path, field) => {
      const info = new ResolveInfo(run, field.definition, field, path);
      const name: unknown = resolveType(value, run.contextValue, info, type);
      return isPromiseLike(name)
        ? Promise.resolve(name).then((resolved) => write(run, value, path, field, resolved))
        : write(run, value, path, field, name);
    };
    return { write: writeAbstract, isPure };
  }
}

type SelectionSets = readonly SelectionSetNode[];

/** A writer, and whether what it writes depends on the written value alone. */
interface Compiled<Write> {
  readonly write: Write;
  readonly isPure: boolean;
}

function nonNull(write: WriteValue): WriteValue {
  return (run, value, path, field) => {
    const written = write(run, value, path, field);
    if (typeof written === 'string') return written;
    if (written === null) throw missing(field);
    // Only lists and objects wait, which are not null.
    return written;
  };
}

function missing({ parentType, definition }: FieldPlan): Error {
  return new Error(`Cannot return null for non-nullable field ${parentType.name}.${definition.name}.`);
}

/** Creates the writer of a list. The error of an item makes the item null, or the list if items cannot be null. */
function writeList(type: GraphQLList<GraphQLOutputType>, write: WriteValue): WriteValue {
  const isNonNull = isNonNullType(type.ofType);
  const writeItem = (run: Run, item: unknown, path: Path, field: FieldPlan): Written => {
    if (isPromiseLike(item)) return writeItemLater(run, item, path, field);
    try {
      const written = write(run, item, path, field);
      if (typeof written === 'string' || written === null) return written;
      return written.then(undefined, (raw: unknown) => fail(run, raw, field, isNonNull, path));
    } catch (raw) {
      return fail(run, raw, field, isNonNull, path);
    }
  };
  const writeItemLater = async (run: Run, item: PromiseLike<unknown>, path: Path, field: FieldPlan) => {
    try {
      const written = write(run, await item, path, field);
      return typeof written === 'string' || written === null ? written : await written;
    } catch (raw) {
      return fail(run, raw, field, isNonNull, path);
    }
  };
  return (run, value, path, field) => {
    if (!isIterable(value)) throw notIterable(field);
    const texts: string[] = [];
    let waiting: Later[] | undefined;
    let index = 0;
    try {
      for (const item of value) {
        const written = writeItem(run, item, { prev: path, key: index, typename: undefined }, field);
        if (waiting) waiting.push(written);
        else if (typeof written === 'string' || written === null) texts.push(written ?? 'null');
        else waiting = [...texts, written];
        index += 1;
      }
    } catch (error) {
      ignore(waiting ?? []);
      throw error;
    }
    return waiting ? joinLater(waiting, (items) => `[${items.join(',')}]`) : `[${texts.join(',')}]`;
  };
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

function notIterable({ parentType, definition }: FieldPlan): GraphQLError {
  return new GraphQLError(`Expected Iterable, but did not find one for field "${parentType.name}.${definition.name}".`);
}
