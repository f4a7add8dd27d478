import {
  getNullableType,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
} from 'graphql';
import * as z from 'zod';

/** A value that a tool takes, as a field of its input. */
export interface Input {
  readonly type: GraphQLInputType;
  readonly description?: string | null | undefined;
  readonly default?: unknown;
}

type Maybe<Value> = Value | null | undefined;

/** The validated input of a tool. */
export type Inputs = Readonly<Record<string, unknown>>;

/**
 * Creates the type of an input from GraphQL types, with their descriptions and defaults, and from other types. It takes
 * no other fields, and no null: a field is omitted instead.
 */
export function inputsOf(
  inputs: Readonly<Record<string, Input>>,
  others: Readonly<Record<string, z.ZodType>> = {},
): z.ZodType<Inputs> {
  const types = Object.entries(inputs).map(([name, input]) => [name, inputOf(input)] as const);
  return z.strictObject({ ...Object.fromEntries(types), ...others });
}

/** Returns the fields of an input object of GraphQL, except some. */
export function fieldsOf(type: Maybe<GraphQLInputType>, except: readonly string[]): Readonly<Record<string, Input>> {
  const inner = getNullableType(type);
  if (!isInputObjectType(inner)) throw new TypeError(`${String(inner)} is not an input object.`);
  const fields = Object.values(inner.getFields()).filter(({ name }) => !except.includes(name));
  return Object.fromEntries(
    fields.map(({ name, type, description, defaultValue }) => [name, { type, description, default: defaultValue }]),
  );
}

/** Returns the JSON Schema of the input of a tool. */
export function jsonSchemaOf(type: z.ZodType): { readonly type: 'object'; readonly [keyword: string]: unknown } {
  // Without `$schema`, clients assume the dialect of MCP, which validators of other dialects would reject.
  const { $schema: _, ...schema } = z.toJSONSchema(type, { io: 'input', override: omitRangeOfInt });
  return { ...schema, type: 'object' };
}

/** Every number of 32 bits is an Int of GraphQL, and most inputs have narrower ranges of their own. */
const intRange = { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 };

function omitRangeOfInt({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.minimum === intRange.minimum) delete jsonSchema.minimum;
  if (jsonSchema.maximum === intRange.maximum) delete jsonSchema.maximum;
}

function inputOf({ type, description, default: value }: Input): z.ZodType {
  const inner = typeOf(isNonNullType(type) ? type.ofType : type);
  const described = description == null ? inner : inner.meta({ description });
  if (value !== undefined) return described.default(value);
  return isNonNullType(type) ? described : described.optional();
}

function typeOf(type: GraphQLInputType): z.ZodType {
  if (isNonNullType(type)) return typeOf(type.ofType);
  if (isListType(type)) return z.array(typeOf(type.ofType)).max(longestList);
  if (isEnumType(type)) return z.enum(type.getValues().map(({ name }) => name));
  if (isScalarType(type)) return scalars[type.name] ?? scalarOf(type.coerceInputValue, type.description);
  const fields = inputsOf(fieldsOf(type, []));
  if (!type.isOneOf) return fields;
  return fields
    .refine(
      (value) => Object.keys(value).length === 1,
      `must have exactly one of ${Object.keys(type.getFields()).join(', ')}`,
    )
    .meta({ minProperties: 1, maxProperties: 1 });
}

/** Longer lists are longer than any that the API accepts. */
const longestList = 1000;

const scalars: Readonly<Record<string, z.ZodType>> = {
  Int: z.int32(),
  Float: z.number(),
  Boolean: z.boolean(),
  String: z.string(),
  ID: z.string(),
};

/** Scalars of the API are strings. */
function scalarOf(coerce: (value: unknown) => unknown, description: string | null | undefined): z.ZodType {
  const type = z.string().check((context) => {
    try {
      coerce(context.value);
    } catch (error) {
      context.issues.push({ code: 'custom', input: context.value, message: (error as Error).message });
    }
  });
  return description == null ? type : type.meta({ description });
}
