import {
  getNamedType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';

/** Returns a number from 0 to 1, without 1. */
export type Random = () => number;

/** Creates random numbers that a seed determines (mulberry32). */
export function randomOf(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export interface OperationOptions {
  /** Returns the arguments of a field, such as `(first: 3)`; undefined if the field must not be selected. */
  argumentsOf(field: GraphQLField<unknown, unknown>, random: Random): string | undefined;
  readonly depth: number;
}

/** Creates a random valid query: fields, aliases, repeated fields, fragments, inline fragments, @skip and @include. */
export function randomOperation(schema: GraphQLSchema, random: Random, options: OperationOptions): string {
  const fragments: string[] = [];
  const chance = (probability: number) => random() < probability;
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)] as Value;

  const condition = () => {
    if (!chance(0.12)) return '';
    const value = pick(['true', 'false', '$yes', '$no']);
    return ` @${pick(['skip', 'include'])}(if: ${value})`;
  };

  /** The names in a response of one type: a name always means the same field, so that fields can be merged. */
  const aliasOf = (type: string, name: string) => (chance(0.2) ? `${name}_${type}: ` : '');

  const selectionOf = (type: GraphQLNamedType, depth: number): string => {
    const parts = [chance(0.3) ? '__typename' : undefined];
    if (isObjectType(type) || isInterfaceType(type)) {
      const fields = Object.values(type.getFields());
      const count = 1 + Math.floor(random() * 5);
      for (let index = 0; index < count; index += 1) parts.push(fieldOf(type.name, pick(fields), depth));
    }
    if (isAbstractType(type)) {
      for (const each of schema.getPossibleTypes(type)) {
        if (chance(0.5)) parts.push(`... on ${each.name}${condition()} ${selectionOf(each, depth - 1)}`);
      }
    }
    if (chance(0.15) && depth > 0) parts.push(`...${condition()} ${selectionOf(type, depth - 1)}`);
    if (chance(0.1) && depth > 0) {
      const name = `F${fragments.length}`;
      fragments.push('');
      fragments[Number(name.slice(1))] = `fragment ${name} on ${type.name} ${selectionOf(type, depth - 1)}`;
      parts.push(`...${name}${condition()}`, chance(0.3) ? `...${name}` : undefined);
    }
    const present = parts.filter((part) => part !== undefined);
    return `{ ${present.length > 0 ? present.join(' ') : '__typename'} }`;
  };

  const fieldOf = (parent: string, field: GraphQLField<unknown, unknown>, depth: number): string | undefined => {
    const given = options.argumentsOf(field, random);
    const type = getNamedType(field.type);
    if (given === undefined || (!isLeafType(type) && depth <= 0)) return undefined;
    // Two fields with the same name and other arguments or types could not be merged.
    const alias =
      given === '' && isLeafType(type) ? aliasOf(parent, field.name) : `${field.name}_${Math.floor(random() * 1e6)}: `;
    return `${alias}${field.name}${given}${condition()}${isLeafType(type) ? '' : ` ${selectionOf(type, depth - 1)}`}`;
  };

  const query = schema.getQueryType();
  if (query == null) throw new Error('The schema has no queries.');
  const selection = selectionOf(query, options.depth);
  return `query($yes: Boolean! = true, $no: Boolean! = false) { used: __typename @skip(if: $no) @include(if: $yes) ${selection.slice(1, -1)} } ${fragments.join('\n')}`;
}

/** No arguments for fields that need none. */
export function onlyDefaults({ args }: GraphQLField<unknown, unknown>): string | undefined {
  return args.some(isRequiredArgument) ? undefined : '';
}
