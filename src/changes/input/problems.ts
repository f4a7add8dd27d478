import type { z } from 'zod';
import { type InputProblem, InvalidInputError } from '../../errors.ts';

/** Throws one InvalidInputError that contains every problem of an input. */
export function requireValid(rule: z.ZodType, input: unknown): void {
  refuse(problemsIn(rule, input));
}

/**
 * Returns every way in which an input violates a rule. The messages of the rules are sentences that contain the field,
 * the received value and the allowed values.
 */
export function problemsIn(rule: z.ZodType, input: unknown): InputProblem[] {
  const issues = rule.safeParse(input).error?.issues ?? [];
  return issues.map(({ path, message }) => ({ field: ['input', ...path.map(String)], message }));
}

/** Throws one InvalidInputError that contains all problems, if there are any. */
export function refuse(problems: readonly InputProblem[]): void {
  const [first] = problems;
  if (first === undefined) return;
  throw new InvalidInputError(problems.map(({ message }) => message).join(' '), first.field, { problems });
}
