import { type GraphQLLeafType, isEnumType } from 'graphql';

/** Returns the JSON text of a value of a leaf type. Throws the error of GraphQL.js for a value that the type lacks. */
export type WriteLeaf = (value: unknown) => string;

/** What JSON escapes, and what may have to be: quotes, backslashes, and all characters but printable ones of ASCII. */
const escaped = /[^ !#-[\]-~]/;

/** Returns the JSON text of a string. */
function quote(text: string): string {
  return text.length < 100 && !escaped.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** Creates the writer of a leaf type, which coerces a value exactly as GraphQL.js does. */
export function createLeafWriter(type: GraphQLLeafType): WriteLeaf {
  if (isEnumType(type)) {
    const texts = new Map<unknown, string>(type.getValues().map(({ name, value }) => [value, JSON.stringify(name)]));
    return (value) => texts.get(value) ?? write(type, value);
  }
  if (type.name === 'String' || type.name === 'ID') {
    return (value) => (typeof value === 'string' ? quote(value) : write(type, value));
  }
  if (type.name === 'Boolean') {
    return (value) => (typeof value === 'boolean' ? String(value) : write(type, value));
  }
  return (value) => write(type, value);
}

function write(type: GraphQLLeafType, value: unknown): string {
  const coerced: unknown = type.coerceOutputValue(value);
  if (coerced == null) throw new Error(nothing(type, value, coerced));
  return typeof coerced === 'string' ? quote(coerced) : JSON.stringify(coerced);
}

/** GraphQL.js reports a type that coerces a value to nothing in this way. */
function nothing(type: GraphQLLeafType, value: unknown, coerced: null | undefined): string {
  return `Expected \`${type.name}.coerceOutputValue(${String(value)})\` to return non-nullable value, returned: ${String(coerced)}`;
}
