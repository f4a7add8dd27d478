import { type ExecutionArgs, getOperationAST, getVariableValues, type GraphQLError } from 'graphql';
import { refusal, shortened } from './refusal.ts';

/** The maximum number of reported problems, because each of them can quote the whole value. */
const maximumProblems = 10;

/**
 * Returns the first problems of the variables of an operation, with shortened messages; none if the variables are valid.
 * Without this check, the errors of a long list of wrong values would block other requests for many seconds.
 */
export function problemsOfVariables({
  schema,
  document,
  operationName,
  variableValues,
  hideSuggestions,
}: ExecutionArgs): readonly GraphQLError[] {
  const { variableDefinitions = [] } = getOperationAST(document, operationName) ?? {};
  const options = { maxErrors: maximumProblems, hideSuggestions: hideSuggestions ?? false };
  const { errors = [] } = getVariableValues(schema, variableDefinitions, variableValues ?? {}, options);
  return errors.map((error) => {
    const { message, nodes } = shortened(error);
    return refusal('INVALID_INPUT', message, { http: { status: 400 } }, nodes);
  });
}
