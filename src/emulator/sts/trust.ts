import * as z from 'zod';

import { isLike } from './wildcards.ts';

const texts = z.union([z.string(), z.array(z.string())]);

const operators: readonly string[] = ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike'];

const keys = /^(sts:(externalid|rolesessionname)|aws:principal(arn|account)|.+:(sub|aud))$/i;
const keyNames =
  'sts:ExternalId, sts:RoleSessionName, aws:PrincipalArn, aws:PrincipalAccount, and sub and aud of an identity provider';

const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([
    z.literal('*'),
    z.strictObject({ AWS: texts.optional(), Federated: texts.optional(), Service: texts.optional() }),
  ]),
  Action: texts,
  Condition: z.record(z.string(), z.record(z.string(), texts)).optional(),
});

/**
 * The trust policy of a role, as IAM writes it, with the operators and condition keys that the emulator evaluates.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 */
export const trustPolicySchema = z
  .strictObject({
    Version: z.enum(['2012-10-17', '2008-10-17']).optional(),
    Statement: z.union([statement, z.array(statement)]),
  })
  // A condition that is not evaluated would be ignored. A schema within the union could not say which one it is.
  .superRefine(({ Statement: statements }, { addIssue }) => {
    for (const [name, tests] of [statements].flat().flatMap(({ Condition = {} }) => Object.entries(Condition))) {
      if (!operators.includes(name)) addIssue(notEvaluated('operator', name, operators.join(', ')));
      for (const key of Object.keys(tests)) if (!keys.test(key)) addIssue(notEvaluated('key', key, keyNames));
    }
  });

/** A trust policy. */
export type TrustPolicy = z.output<typeof trustPolicySchema>;

type Statement = z.output<typeof statement>;

/** The request that a trust policy allows or denies. */
export interface TrustRequest {
  readonly action: 'sts:AssumeRole' | 'sts:AssumeRoleWithWebIdentity' | 'sts:TagSession';
  /** Whether the caller is one of the principals that a text of the policy means. */
  isPrincipal(type: 'AWS' | 'Federated', text: string): boolean;
  /** The values of the condition keys, by their names in lowercase. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
}

/** Whether a policy allows a request: a statement allows it, and none denies it. */
export function isTrusted({ Statement: statements }: TrustPolicy, request: TrustRequest): boolean {
  const applicable = [statements].flat().filter((one) => applies(one, request));
  return applicable.length > 0 && applicable.every(({ Effect }) => Effect === 'Allow');
}

/** Returns the ARNs of the identity providers that a policy names. */
export function federatedPrincipals({ Statement: statements }: TrustPolicy): readonly string[] {
  return [statements].flat().flatMap(({ Principal }) => (Principal === '*' ? [] : listed(Principal.Federated)));
}

function applies({ Principal, Action, Condition = {} }: Statement, request: TrustRequest): boolean {
  if (![Action].flat().some((pattern) => isLike(request.action, pattern, { ignoresCase: true }))) return false;
  const { AWS, Federated } = Principal === '*' ? { AWS: '*', Federated: undefined } : Principal;
  const isPrincipal =
    listed(AWS).some((text) => request.isPrincipal('AWS', text)) ||
    listed(Federated).some((text) => request.isPrincipal('Federated', text));
  return isPrincipal && Object.entries(Condition).every(([name, tests]) => areMet(name, tests, request));
}

function areMet(
  name: string,
  tests: Readonly<Record<string, string | readonly string[]>>,
  request: TrustRequest,
): boolean {
  const isNegated = name.startsWith('StringNot');
  const matches = (value: string, text: string) => (name.endsWith('Like') ? isLike(value, text) : value === text);
  return Object.entries(tests).every(([key, expected]) => {
    // As in IAM, a key that the request does not have meets only negated conditions.
    const values = request.keys.get(key.toLowerCase()) ?? [];
    return values.some((value) => [expected].flat().some((text) => matches(value, text))) !== isNegated;
  });
}

function listed(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : [value].flat();
}

function notEvaluated(kind: string, name: string, known: string): string {
  return `The emulator does not evaluate the condition ${kind} ${name}. Known: ${known}`;
}
