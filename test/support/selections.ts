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

/** Arguments for the fields that need some, by the name of the field. */
export type SampleArguments = Readonly<Record<string, string>>;

/** A selection of every field of a type that is named, and of the leaves of what they hold. */
export function selectEveryField(typename: string): string {
  return selectAll(schema.getType(typename)!, 1, {});
}

/** A selection of every field of a type, and of every field below it as deep as `depth` says. */
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
  // Types that share a field may give it different nullability, which one selection cannot have.
  const alias = `${parent}_${field.name}: ${field.name}`;
  return `${alias}${argumentsOf(parent, field, samples)}${selectAll(type, depth - 1, samples)}`;
}

function argumentsOf(parent: string, field: GraphQLField<unknown, unknown>, samples: SampleArguments): string {
  const sample = samples[field.name];
  if (sample !== undefined) return `(${sample})`;
  if (field.args.some(isRequiredArgument)) throw new Error(`${parent}.${field.name} needs sample arguments.`);
  return '';
}
