import * as sdk from '@aws-sdk/client-iam';

import type { Disturbances } from '../control/disturbances.ts';
import { Fault, nullMember } from '../fault.ts';
import type { Call, EmulatedService } from '../service.ts';
import { isDenied, parseRoleArn } from '../sts/roles.ts';
import { operationSchemas } from '../wire/schemas.ts';

/** The codes with which AWS denies a call: a fault rule with one of them denies its action. */
const denials: ReadonlySet<string> = new Set(['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation']);

/** AWS IAM, as far as it simulates policies. */
export function createIam(disturbances: Disturbances): EmulatedService {
  return {
    name: 'iam',
    protocol: {
      kind: 'query',
      version: '2010-05-08',
      namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
      missing: (name) => new Fault('ValidationError', nullMember(name)),
    },
    schemas: operationSchemas(sdk),
    refused: {
      SimulatePrincipalPolicy: [
        'PolicyInputList',
        'PermissionsBoundaryPolicyInputList',
        'ResourcePolicy',
        'ResourceOwner',
        'CallerArn',
        'ContextEntries',
        'ResourceHandlingOption',
        'PolicyExclusionList',
      ],
    },
    operations: {
      SimulatePrincipalPolicy: (input: sdk.SimulatePrincipalPolicyRequest, call: Call) =>
        simulate(input, call, disturbances),
    },
  };
}

/**
 * Allows every action, for all resources, except those that the world or a fault rule denies the principal.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
function simulate(
  {
    PolicySourceArn = '',
    ActionNames = [],
    ResourceArns = ['*'],
    MaxItems = 100,
    Marker,
  }: sdk.SimulatePrincipalPolicyRequest,
  call: Call,
  disturbances: Disturbances,
): sdk.SimulatePolicyResponse {
  const invalidAction = ActionNames.find((name) => !/^[a-z0-9-]{1,64}:[\w*]{1,64}$/i.test(name));
  if (invalidAction !== undefined) throw invalid(`Invalid Action Name: ${invalidAction}`);
  if (MaxItems < 1 || MaxItems > 1000) {
    throw new Fault('ValidationError', `1 validation error detected: Value '${MaxItems}' at 'maxItems' is not valid`);
  }
  const isDeniedTo = deniedTo(PolicySourceArn, call, disturbances);
  const results = ActionNames.flatMap((EvalActionName) =>
    ResourceArns.map((EvalResourceName): sdk.EvaluationResult => ({
      EvalActionName,
      EvalResourceName,
      EvalDecision: isDeniedTo(EvalActionName) ? 'explicitDeny' : 'allowed',
      MatchedStatements: [],
      MissingContextValues: [],
    })),
  );
  const start = Marker === undefined ? 0 : readMarker(Marker);
  const end = start + MaxItems;
  const EvaluationResults = results.slice(start, end);
  if (end >= results.length) return { EvaluationResults, IsTruncated: false };
  return { EvaluationResults, IsTruncated: true, Marker: Buffer.from(String(end)).toString('base64') };
}

/** Returns whether a principal of the caller's account is denied an action. Throws a Fault for any other ARN. */
function deniedTo(arn: string, { account, world }: Call, disturbances: Disturbances): (name: string) => boolean {
  const user = /^arn:aws[a-z-]*:iam::(\d{12}):(user|group)\/.+$/.exec(arn)?.[1];
  const named = parseRoleArn(arn);
  // As on AWS, policies cannot be simulated for the root user.
  if ((named?.account ?? user) !== account) throw invalid(`Invalid Entity Arn: ${arn}`);
  const role = named && world.roles.find(arn);
  if (named && !role && world.roles.of(account).length > 0) {
    throw new Fault('NoSuchEntity', `The role with name ${named.name} cannot be found.`, 404);
  }
  return (action) => {
    if (role && isDenied(role, action)) return true;
    const [service = '', operation = ''] = action.split(':');
    const called = { service, action: operation, account, region: null, role: named ? arn : null };
    return disturbances.matching(called).some((rule) => rule.kind === 'error' && denials.has(rule.code));
  };
}

function readMarker(marker: string): number {
  const position = Number(Buffer.from(marker, 'base64').toString());
  if (Number.isSafeInteger(position) && position > 0) return position;
  throw new Fault('InvalidInput', 'Invalid Marker.');
}

function invalid(message: string): Fault {
  return new Fault('InvalidInput', message);
}
