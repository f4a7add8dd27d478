import { type OperationDefinitionNode, parse, print, stripIgnoredCharacters, visit } from 'graphql';
import * as z from 'zod';
import { operationOf } from '../cookbook/documents.ts';
import type { Question } from '../cookbook/question.ts';
import type { Session, SessionResponse } from '../gateway/session.ts';
import type { Inputs } from './inputs.ts';
import { boundList, isBound, type List } from './lists.ts';
import { answerSchema, dataOf } from './outputs.ts';
import { readRows, type Rows } from './rows.ts';
import { errorsOf, type ObjectSchema, type Tool } from './tool.ts';
import { questionInputs } from './variables.ts';

const boundInputs = z.looseObject({ limit: z.int(), cursor: z.string().optional() });

/** Creates the tool that answers a question. */
export function questionTool({ name, title, document: text }: Question, session: Pick<Session, 'run'>): Tool {
  const original = parse(text);
  const bounded = boundList(original);
  const { list } = bounded;
  const document = print(bounded.document);
  const emptyAnswer = { data: null, isComplete: false, ...(list && { page: null }), ...nothingFailed, awsCalls: 0 };
  return {
    name: name.replaceAll('-', '_'),
    title,
    description: describe(title, operationOf(original), list),
    inputs: questionInputs(bounded),
    outputSchema: outputSchemaOf(operationOf(original), list),
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    emptyAnswer,
    async call(inputs, signal) {
      const response = await session.run({ document, variables: variablesOf(inputs, list), signal });
      const { awsCalls } = response;
      const errors = errorsOf(response);
      const { data, failedSources, ...page } = rowsOf(returned(response), list, inputs);
      const isComplete = data !== null && errors.length === 0 && failedSources.length === 0 && isWhole(data);
      const failures = {
        failedSources: failedSources.slice(0, shownSources),
        failedSourceCount: failedSources.length,
      };
      const answer = { data, isComplete, ...page, ...failures, errors, awsCalls };
      return isTooLong(answer) ? { ...emptyAnswer, errors: [tooLong], awsCalls } : answer;
    },
  };
}

const nothingFailed = { failedSources: [], failedSourceCount: 0, errors: [] };

/** In a large fleet, hundreds of sources can fail for the same reason. */
const shownSources = 50;

/** The maximum length of an answer, in characters: an agent keeps every answer in its context. */
const longestAnswer = 100_000;

function isTooLong(answer: object): boolean {
  return JSON.stringify(answer).length > longestAnswer;
}

const tooLong = {
  code: 'ANSWER_TOO_LONG',
  message: `The answer has more than ${longestAnswer} characters. Decrease \`limit\`, or ask for fewer values.`,
};

/** Returns the data of a response; null if it has only errors. */
function returned({ data, errors }: SessionResponse): object | null {
  if (data == null) return null;
  return errors !== undefined && Object.values(data).every((value) => value === null) ? null : data;
}

/** A list that the API returns in full has no variables for its bounds. */
function variablesOf(inputs: Inputs, list: List | undefined): Inputs {
  if (list?.kind !== 'all') return inputs;
  const { limit: _limit, cursor: _cursor, ...variables } = inputs;
  return variables;
}

function rowsOf(data: object | null, list: List | undefined, inputs: Inputs): Omit<Rows, 'page'> & Partial<Rows> {
  if (list === undefined) return { data, failedSources: [] };
  const { limit, cursor } = boundInputs.parse(inputs);
  return readRows(data, list, limit, cursor);
}

const pageAdvice: Readonly<Record<List['kind'], string>> = {
  connection: 'If `page.hasNextPage` is true, pass `page.nextCursor` as `cursor` to read on.',
  summary: 'If `page.hasNextPage` is true, increase `limit` to read more.',
  all: 'If `page.hasNextPage` is true, pass `page.nextCursor` as `cursor` to read on.',
};

function describe(title: string, operation: OperationDefinitionNode, list: List | undefined): string {
  const advice = list ? ` ${pageAdvice[list.kind]}` : '';
  return `${title} Reads AWS and changes nothing. \`data\` has the fields ${shapeOf(operation)}. If \`isComplete\` is false, parts are missing, and \`failedSources\` and \`errors\` say why: what is absent can still exist.${advice}`;
}

/** Returns the fields of an answer in the notation of GraphQL, with the filters and without the bounds of the list. */
function shapeOf({ selectionSet }: OperationDefinitionNode): string {
  const unbounded = visit(selectionSet, {
    Argument: ({ name }) => (isBound(name.value) ? null : undefined),
  });
  return stripIgnoredCharacters(print(unbounded));
}

function outputSchemaOf(operation: OperationDefinitionNode, list: List | undefined): ObjectSchema {
  return answerSchema(dataOf(operation), {
    isComplete: { type: 'boolean' },
    ...(list && { page: pageSchema }),
    failedSources: failedSourcesSchema,
    failedSourceCount: { type: 'integer' },
  });
}

const pageSchema = {
  type: ['object', 'null'],
  properties: {
    rows: { type: 'integer' },
    hasNextPage: { type: 'boolean' },
    nextCursor: { type: ['string', 'null'] },
  },
  required: ['rows', 'hasNextPage', 'nextCursor'],
};

const failedSourcesSchema = {
  type: 'array',
  items: { type: 'object', required: ['account', 'region', 'service', 'status', 'error'] },
};

/** Whether every `isComplete` in the data is true. */
function isWhole(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, inner]) => (name === 'isComplete' ? inner === true : isWhole(inner)));
}
