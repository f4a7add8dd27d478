import {
  type DocumentNode,
  getNamedType,
  isInputObjectType,
  isInputType,
  Kind,
  typeFromAST,
  TypeInfo,
  valueFromASTUntyped,
  type VariableDefinitionNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import * as z from 'zod';
import { schema } from '../schema.ts';
import { type Input, type Inputs, inputsOf } from './inputs.ts';
import type { BoundedDocument, List } from './lists.ts';

/** Creates the type of the inputs of a question: its variables, and the bounds of its list. */
export function questionInputs({ document, variables, list }: BoundedDocument): z.ZodType<Inputs> {
  const descriptions = descriptionsOf(document);
  const own = variables.map((each) => [each.variable.name.value, inputOf(each, descriptions)] as const);
  return inputsOf(Object.fromEntries(own), list && boundsOf(list));
}

function inputOf(definition: VariableDefinitionNode, descriptions: ReadonlyMap<string, string>): Input {
  const { variable, type: typeNode, defaultValue } = definition;
  const type = typeFromAST(schema, typeNode);
  if (!isInputType(type)) throw new TypeError(`The variable ${variable.name.value} has no type.`);
  return {
    type,
    description: descriptions.get(variable.name.value),
    default: defaultValue && valueFromASTUntyped(defaultValue),
  };
}

function boundsOf({ kind, rows, maximumRows }: List): Readonly<Record<string, z.ZodType>> {
  const limit = z
    .int()
    .min(1)
    .max(maximumRows)
    .meta({ description: 'The maximum number of rows of the answer.' })
    .default(rows);
  if (kind === 'summary') return { limit };
  const text =
    kind === 'all' ? z.string().regex(/^\d{1,9}$/, 'must be the `page.nextCursor` of an answer') : z.string();
  const description = 'The `page.nextCursor` of the answer before. If omitted, the first page is returned.';
  return { limit, cursor: text.meta({ description }).optional() };
}

/** Returns the descriptions of the variables: those of the arguments and input fields that use them. */
function descriptionsOf(document: DocumentNode): ReadonlyMap<string, string> {
  const descriptions = new Map<string, string>();
  const typeInfo = new TypeInfo(schema);
  const describe = (name: string, description: string | null | undefined) =>
    void (description != null && descriptions.set(name, description));
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Argument({ value }) {
        if (value.kind === Kind.VARIABLE) describe(value.name.value, typeInfo.getArgument()?.description);
      },
      ObjectField({ name, value }) {
        const parent = getNamedType(typeInfo.getParentInputType());
        if (value.kind !== Kind.VARIABLE || !isInputObjectType(parent)) return;
        describe(value.name.value, parent.getFields()[name.value]?.description);
      },
    }),
  );
  return descriptions;
}
