import type { z } from 'zod';
import { type InputProblem, InvalidInputError } from '../../errors.ts';

/** Throws one InvalidInputError that names every problem of an input. */
export function requireValid(rule: z.ZodType, input: unknown): void {
  refuse(problemsIn(rule, input));
}

/**
 * What an input has against a rule; the messages of the rules are sentences that name the field, what was given and
 * what is allowed.
 */
export function problemsIn(rule: z.ZodType, input: unknown): InputProblem[] {
  const issues = rule.safeParse(input).error?.issues ?? [];
  return issues.map(({ path, message }) => ({ field: ['input', ...path.map(String)], message }));
}

/** Throws one InvalidInputError that names all problems, if there are any. */
export function refuse(problems: readonly InputProblem[]): void {
  const [first] = problems;
  if (first === undefined) return;
  throw new InvalidInputError(problems.map(({ message }) => message).join(' '), first.field, { problems });
}
