import fc from 'fast-check';
import {
  type GraphQLField,
  getNamedType,
  type GraphQLCompositeType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
} from 'graphql';

/** The arguments that a field can be selected with: texts in parentheses, or empty. */
export type ArgumentsOf = (field: GraphQLField<unknown, unknown>) => readonly string[];

/** A random operation, and the values of its variables. */
export interface RandomOperation {
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Variables that all operations declare. */
const conditions = ['yes', 'no', 'maybe'] as const;

/** Creates random operations: with aliases, merged fields, fragments, and conditions, most of them valid. */
export function randomOperations(
  schema: GraphQLSchema,
  argumentsOf: ArgumentsOf,
  variables: Readonly<Record<string, readonly [type: string, value: unknown]>> = {},
): fc.Arbitrary<RandomOperation> {
  const declared = Object.entries(variables).map(([name, [type]]) => `, $${name}: ${type}`);
  const given = Object.fromEntries(Object.entries(variables).map(([name, [, value]]) => [name, value]));
  return fc.array(fc.nat(9_999), { minLength: 20, maxLength: 250, size: 'max' }).map((choices) => {
    let at = 0;
    const choose = (count: number) => (choices[at++] ?? 0) % count;
    const fragments: string[] = [];
    const pick = <Item>(items: readonly Item[]): Item => items[choose(items.length)]!;

    const condition = () =>
      pick([
        '',
        '',
        '',
        '',
        ...conditions.flatMap((name) => [` @skip(if: $${name})`, ` @include(if: $${name})`]),
        ' @include(if: true)',
        ' @skip(if: true)',
      ]);

    const selectField = (parent: GraphQLCompositeType, depth: number): string => {
      const fields = isObjectType(parent) || isInterfaceType(parent) ? Object.values(parent.getFields()) : [];
      const possible = fields.filter(({ type }) => depth > 0 || !isCompositeType(getNamedType(type)));
      if (possible.length === 0 || choose(12) === 0) return `${pick(['', 'kind: '])}__typename${condition()}`;
      const field = pick(possible);
      const type = getNamedType(field.type);
      const args = argumentsOf(field);
      const index = choose(args.length);
      // One response name always has one type, so that fields can be merged.
      const name = `${parent.name}_${field.name}_${index}${pick(['', '', 'B'])}: ${field.name}${args[index] ?? ''}`;
      return `${name}${condition()}${isCompositeType(type) ? ` ${selectAll(type, depth - 1)}` : ''}`;
    };
    const selectOne = (parent: GraphQLCompositeType, depth: number): string => {
      const variants = isAbstractType(parent) ? schema.getPossibleTypes(parent) : [parent];
      // Once there are no more choices, each is the first: a field.
      const kind = choose(8);
      if (kind < (isAbstractType(parent) ? 3 : 5)) return selectField(parent, depth);
      const inner = pick([...variants, ...(isObjectType(parent) ? parent.getInterfaces() : [])]);
      if (kind < 7)
        return `...${pick([` on ${inner.name}`, ` on ${inner.name}`])}${condition()} ${selectAll(inner, depth)}`;
      const name = `F${fragments.length}`;
      fragments.push('');
      fragments[Number(name.slice(1))] = `fragment ${name} on ${inner.name} ${selectAll(inner, depth)}`;
      return `...${name}${condition()}${choose(3) === 0 ? ` ...${name}` : ''}`;
    };
    const selectAll = (parent: GraphQLCompositeType, depth: number): string =>
      `{ ${Array.from({ length: 1 + choose(5) }, () => selectOne(parent, at > choices.length ? 0 : depth)).join(' ')} }`;

    const body = selectAll(schema.getQueryType()!, 4);
    const text = `query Random($yes: Boolean = true, $no: Boolean!, $maybe: Boolean!${declared.join('')}) ${body} ${fragments.join(' ')}`;
    return { text, variables: { ...given, no: false, maybe: choose(2) === 0 } };
  });
}
