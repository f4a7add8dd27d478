import type { DocumentNode, ExecutionArgs, GraphQLError, GraphQLSchema, ValidationRule } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Principal } from '../../access/principal.ts';
import type { Documents } from '../../limits/documents.ts';
import { problemsOfVariables } from '../../limits/variables.ts';

/** Parses and validates documents, and checks their variables, within the limits and the introspection permission of each principal. */
export function useDocuments(documents: Documents): Plugin<{ principal: Principal }> {
  return {
    onParse: ({ params, setParseFn }) => setParseFn(() => documents.parse(String(params.source))),
    onExecute: refuseVariables,
    onSubscribe: refuseVariables,
    onValidate: ({ context, setValidationFn }) => {
      const { mayIntrospect } = context.principal;
      setValidationFn((schema: GraphQLSchema, document: DocumentNode, rules?: readonly ValidationRule[]) =>
        documents.validate(schema, document, rules, mayIntrospect),
      );
    },
  };
}

interface Executed {
  readonly args: ExecutionArgs;
  setResultAndStopExecution(result: { errors: readonly GraphQLError[] }): void;
}

/** Rejects an operation with invalid variables, without the name suggestions that would reveal the schema. */
function refuseVariables({ args, setResultAndStopExecution }: Executed): void {
  const { principal } = args.contextValue as { principal: Principal };
  if (!principal.mayIntrospect) Object.assign(args, { hideSuggestions: true });
  const errors = problemsOfVariables(args);
  if (errors.length > 0) setResultAndStopExecution({ errors });
}
