import { type GraphQLField, parse } from 'graphql';
import * as z from 'zod';
import { requiredPermissions } from '../changes/changes.ts';
import { operationOf } from '../cookbook/documents.ts';
import type { Session } from '../gateway/session.ts';
import { schema } from '../schema.ts';
import type { Permission } from '../snapshots/permission.ts';
import { changeDocument, declaredErrorOf, payloadDocument } from './change-documents.ts';
import { type Confirmations, confirmationSeconds, type Unconfirmed } from './confirmations.ts';
import { fieldsOf, type Inputs, inputsOf } from './inputs.ts';
import { type OfferedMutation, offeredMutations } from './mutations.ts';
import { answerSchema, dataOf } from './outputs.ts';
import { type Answer, errorsOf, type Tool } from './tool.ts';

interface ChangeOptions {
  readonly session: Pick<Session, 'run' | 'permissions'>;
  readonly confirmations: Confirmations;
}

const required: Readonly<Record<string, Permission>> = requiredPermissions;

/**
 * Creates the tools that change AWS, for which the caller has the permission in any source. Each change needs the
 * confirmation of a dry run with the same input.
 */
export function changeTools(options: ChangeOptions): readonly Tool[] {
  const mutations = schema.getMutationType()?.getFields() ?? {};
  const permitted = Object.entries(offeredMutations).filter(([name]) =>
    options.session.permissions.some((each) => each === required[name]),
  );
  return permitted.map(([name, offered]) => {
    const field = mutations[name];
    if (field === undefined) throw new TypeError(`There is no mutation ${name}.`);
    return changeTool(field, offered, options);
  });
}

function changeTool(
  mutation: GraphQLField<unknown, unknown>,
  { isDestructive, isIdempotent, without = [] }: OfferedMutation,
  { session, confirmations }: ChangeOptions,
): Tool {
  const name = mutation.name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const document = changeDocument(mutation);
  const run = async (input: Inputs) => {
    // A change is not interrupted if the client no longer waits: AWS could have made it in part.
    const response = await session.run({ document, variables: { input } });
    return { ...outcomeOf(mutation.name, response.data, errorsOf(response)), awsCalls: response.awsCalls };
  };
  return {
    name,
    title: titleOf(mutation.name),
    description: `${mutation.description} ${confirmationAdvice}`,
    inputs: inputsOf(fieldsOf(mutation.args[0]?.type, without), { confirmationToken }),
    outputSchema: answerSchema(dataOf(operationOf(parse(payloadDocument(mutation)))), tokenMember),
    annotations: {
      readOnlyHint: false,
      destructiveHint: isDestructive,
      idempotentHint: isIdempotent,
      openWorldHint: false,
    },
    emptyAnswer,
    async call({ confirmationToken: token, dryRun, ...change }) {
      if (dryRun === true) {
        const outcome = await run({ ...change, dryRun });
        return { ...outcome, confirmationToken: isConfirmable(outcome) ? confirmations.issue(name, change) : null };
      }
      const reason = confirmations.redeem(tokens.parse(token), name, change);
      if (reason !== undefined) return { ...emptyAnswer, errors: [{ code: reason, message: advice[reason] }] };
      return { ...(await run(change)), confirmationToken: null };
    },
  };
}

const emptyAnswer: Answer = { data: null, confirmationToken: null, errors: [], awsCalls: 0 };

const confirmationAdvice =
  'Call the tool with `dryRun: true` first: it changes nothing, and returns the planned AWS calls and a ' +
  '`confirmationToken`. To make the change, call it again within 5 minutes with the same input, without `dryRun`, and ' +
  'with the token. A token is valid for one change.';

const confirmationToken = z
  .string()
  .max(100)
  .meta({ description: 'The `confirmationToken` of a dry run with the same input, at most 5 minutes old.' })
  .optional();

const tokens = z.string().optional();

const tokenMember = {
  confirmationToken: {
    type: ['string', 'null'],
    description: 'Confirms the change of this dry run. Null if this was not a dry run, or if the change would fail.',
  },
};

const repeat = 'Call the tool with `dryRun: true`, then again with the same input and the token of that dry run.';

const advice: Readonly<Record<Unconfirmed, string>> = {
  CONFIRMATION_REQUIRED: `The change is not confirmed: \`confirmationToken\` is missing, unknown, or was used before. ${repeat}`,
  CONFIRMATION_EXPIRED: `The change is not confirmed: the dry run is older than ${confirmationSeconds} seconds. ${repeat}`,
  CONFIRMATION_MISMATCH: `The change is not confirmed: the input differs from that of the dry run. ${repeat}`,
};

type Outcome = Pick<Answer, 'data' | 'errors'>;

const results = z.looseObject({ __typename: z.string() });

/** Separates the payload of a mutation from the errors that its result type declares. */
function outcomeOf(name: string, data: unknown, errors: Answer['errors']): Outcome {
  const result = z.record(z.string(), results.nullable()).nullish().parse(data)?.[name];
  if (result == null) return { data: null, errors };
  const { __typename, ...members } = result;
  const error = declaredErrorOf(__typename, members);
  return error === undefined
    ? { data: { [name]: members }, errors }
    : { data: null, errors: [...errors, declaredErrors.parse(error)] };
}

const declaredErrors = z.looseObject({ code: z.string(), message: z.string() });

const itemResults = z.object({ results: z.array(z.looseObject({ error: z.unknown() })) });

/** Whether the change of a dry run can succeed, for at least one of its items. */
function isConfirmable({ data, errors }: Outcome): boolean {
  if (data === null || errors.length > 0) return false;
  const { data: payload } = itemResults.safeParse(Object.values(data)[0]);
  return payload === undefined || payload.results.some(({ error }) => error == null);
}

/** Returns the name of a mutation in words, such as `Create snapshot`. */
function titleOf(name: string): string {
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
