import { NormalizedSchema } from '@smithy/core/schema';

import type { OperationSchema } from '../service.ts';

type StaticSchema = Exclude<Parameters<typeof NormalizedSchema.of>[0], () => unknown>;

const operationKind = 9;

/** Returns the operation schemas among the exports of an SDK client package, by `Action`. */
export function operationSchemas(sdk: Readonly<Record<string, unknown>>): ReadonlyMap<string, OperationSchema> {
  const found = new Map<string, OperationSchema>();
  for (const value of Object.values(sdk)) {
    if (!isOperationSchema(value)) continue;
    const [, , name, , input, output] = value;
    found.set(name, { name, input: NormalizedSchema.of(input), output: NormalizedSchema.of(output) });
  }
  return found;
}

/** Returns the required members of a structure, in the model's order. */
export function requiredMembers(structure: NormalizedSchema): readonly string[] {
  const schema: unknown = structure.getSchema();
  if (!Array.isArray(schema)) return [];
  // An SDK structure schema lists its required members first and ends with their count.
  const names: unknown = schema[4];
  const required: unknown = schema[6];
  if (!Array.isArray(names) || typeof required !== 'number') return [];
  return names.slice(0, required).map(String);
}

function isOperationSchema(value: unknown): value is [number, string, string, unknown, StaticSchema, StaticSchema] {
  return Array.isArray(value) && value[0] === operationKind;
}
