import { type ExecutionArgs, getOperationAST, getVariableValues, type GraphQLError } from 'graphql';
import { refusal, shortened } from './refusal.ts';

/** The maximum number of reported problems, because each of them can quote the whole value. */
const maximumProblems = 10;

type Coerced = ReturnType<typeof getVariableValues>;

/** The values are kept with the arguments: V8 keeps the values of a WeakMap until a full collection. */
const coerced = Symbol('coerced');

/** Returns the values of the variables of an operation, or the first problems; determined once for each operation. */
export function variablesOf(args: ExecutionArgs & { [coerced]?: Coerced }): Coerced {
  if (args[coerced]) return args[coerced];
  const { schema, document, operationName, variableValues, hideSuggestions } = args;
  const { variableDefinitions = [] } = getOperationAST(document, operationName) ?? {};
  const options = { maxErrors: maximumProblems, hideSuggestions: hideSuggestions ?? false };
  const values = getVariableValues(schema, variableDefinitions, variableValues ?? {}, options);
  Object.defineProperty(args, coerced, { value: values });
  return values;
}

/**
 * Returns the first problems of the variables of an operation, with shortened messages; none if the variables are valid.
 * Without this check, the errors of a long list of wrong values would block other requests for many seconds.
 */
export function problemsOfVariables(args: ExecutionArgs): readonly GraphQLError[] {
  const { errors = [] } = variablesOf(args);
  return errors.map((error) => {
    const { message, nodes } = shortened(error);
    return refusal('INVALID_INPUT', message, { http: { status: 400 } }, nodes);
  });
}
