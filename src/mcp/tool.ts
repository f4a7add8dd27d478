import type { GraphQLError } from 'graphql';
import type { ZodType, core } from 'zod';
import type { SessionResponse } from '../gateway/session.ts';
import type { Inputs } from './inputs.ts';

/** What a client can assume of a tool: https://modelcontextprotocol.io/specification/2025-11-25/schema#toolannotations. */
export interface ToolAnnotations {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: false;
}

/** JSON Schema of an object. */
export interface ObjectSchema {
  readonly type: 'object';
  readonly [keyword: string]: unknown;
}

/** An error in the answer of a tool. Texts that can quote AWS are values of its members. */
export interface AnswerError {
  readonly code: string;
  readonly message: string;
  readonly [member: string]: unknown;
}

/** The answer of a tool: JSON, which has these members and those of the tool. */
export interface Answer {
  /** What the operation returned; null if it returned nothing. */
  readonly data: object | null;
  readonly errors: readonly AnswerError[];
  readonly awsCalls: number;
  readonly [member: string]: unknown;
}

/** A tool for agents. Its name, texts and schemas do not depend on what AWS contains. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputs: ZodType<Inputs>;
  readonly outputSchema: ObjectSchema;
  readonly annotations: ToolAnnotations;
  /** The answer without data and errors, of a call that is refused. */
  readonly emptyAnswer: Answer;
  /** Returns the answer to validated inputs. If the signal aborts, a tool that changes nothing ends early. */
  call(inputs: Inputs, signal: AbortSignal): Promise<Answer>;
}

/** Validates the inputs of a call; returns the inputs, or one error for each problem. */
export function readInputs(
  { inputs }: Pick<Tool, 'inputs'>,
  args: unknown,
): { readonly inputs: Inputs } | { readonly errors: readonly AnswerError[] } {
  const result = inputs.safeParse(args ?? {}, { error: describeUnknownInputs });
  if (result.success) return { inputs: result.data };
  const errors = result.error.issues.map(({ path, message }) => ({
    code: 'INVALID_INPUT',
    message: path.length === 0 ? message : `${path.join('.')}: ${message}`,
    inputPath: path.map(String),
  }));
  return { errors };
}

/** Returns the errors of a response with their codes. */
export function errorsOf({ errors = [] }: Pick<SessionResponse, 'errors'>): readonly AnswerError[] {
  return errors.map(toAnswerError);
}

function toAnswerError({ message, path, extensions }: GraphQLError): AnswerError {
  const { code, ...details } = extensions;
  return { code: typeof code === 'string' ? code : 'INVALID_INPUT', message, ...(path && { path }), ...details };
}

function describeUnknownInputs(issue: core.$ZodRawIssue): string | undefined {
  if (issue.code !== 'unrecognized_keys' || issue.inst === undefined) return undefined;
  const { shape = {} } = issue.inst as { shape?: object };
  const allowed = Object.keys(shape).join(', ') || 'none';
  return `unknown inputs: ${issue.keys.join(', ')}. Allowed inputs: ${allowed}`;
}
