import type { DocumentNode, ExecutionArgs, GraphQLSchema, ValidationRule } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Principal } from '../../access/principal.ts';
import { createDocuments } from '../../limits/documents.ts';
import type { LimitSettings } from '../../limits/settings.ts';

/** Parses and validates documents within the limits and the introspection permission of each principal. */
export function useDocuments(limits: LimitSettings): Plugin<{ principal: Principal }> {
  const documents = createDocuments(limits);
  return {
    onParse: ({ params, setParseFn }) => setParseFn(() => documents.parse(String(params.source))),
    onExecute: ({ args }) => hideSuggestions(args),
    onSubscribe: ({ args }) => hideSuggestions(args),
    onValidate: ({ context, setValidationFn }) => {
      const { mayIntrospect } = context.principal;
      setValidationFn((schema: GraphQLSchema, document: DocumentNode, rules?: readonly ValidationRule[]) =>
        documents.validate(schema, document, rules, mayIntrospect),
      );
    },
  };
}

/** Hides name suggestions in the errors of variables, which GraphQL reports at execution. */
function hideSuggestions(args: ExecutionArgs): void {
  const { principal } = args.contextValue as { principal: Principal };
  if (!principal.mayIntrospect) Object.assign(args, { hideSuggestions: true });
}
