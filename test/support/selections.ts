import {
  getNamedType,
  type GraphQLField,
  type GraphQLNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import { schema } from '../../src/schema.ts';

/** Arguments for the fields that require them, by field name. */
export type SampleArguments = Readonly<Record<string, string>>;

/** Selects every field of a type and, of the objects in them, the scalars and enums. */
export function selectEveryField(typename: string): string {
  return selectAll(schema.getType(typename)!, 1, {});
}

/** Selects every field of a type, and the fields of nested objects up to `depth` levels. */
export function selectAll(type: GraphQLNamedType, depth: number, samples: SampleArguments): string {
  if (isLeafType(type)) return '';
  const own = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
  const selected = own.map((field) => selectField(type.name, field, depth, samples));
  const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [];
  const inherited = new Set(own.map(({ name }) => name));
  const variants = possible.map((variant) => {
    const fields = Object.values(variant.getFields()).filter(({ name }) => !inherited.has(name));
    const each = fields.map((field) => selectField(variant.name, field, depth, samples)).join(' ');
    return each.trim() === '' ? '' : `... on ${variant.name} { ${each} }`;
  });
  return ` { __typename ${[...selected, ...variants].join(' ')} }`;
}

function selectField(
  parent: string,
  field: GraphQLField<unknown, unknown>,
  depth: number,
  samples: SampleArguments,
): string {
  const type = getNamedType(field.type);
  if (isCompositeType(type) && depth === 0) return '';
  // Types can give a field of the same name different nullability, which cannot be selected under one alias.
  const alias = `${parent}_${field.name}: ${field.name}`;
  return `${alias}${argumentsOf(parent, field, samples)}${selectAll(type, depth - 1, samples)}`;
}

function argumentsOf(parent: string, field: GraphQLField<unknown, unknown>, samples: SampleArguments): string {
  const sample = samples[field.name];
  if (sample !== undefined) return `(${sample})`;
  if (field.args.some(isRequiredArgument)) throw new Error(`${parent}.${field.name} requires sample arguments.`);
  return '';
}
