import type { AssumeRoleRequest, AssumeRoleResponse, Tag } from '@aws-sdk/client-sts';

import { Fault } from '../fault.ts';
import type { Call } from '../service.ts';
import { partitionOf } from '../world/world.ts';
import type { Identities, Identity } from './identities.ts';
import { parseRoleArn } from './roles.ts';
import { invalid, readSession, requireText, startSession, type RequestedSession } from './sessions.ts';
import { isTrusted, type TrustRequest } from './trust.ts';

/**
 * A role of the world can be assumed by the callers that its trust policy allows. In an account without roles, every
 * role can be assumed; in an account with roles, no other role exists.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export function assumeRole(input: AssumeRoleRequest, call: Call, identities: Identities): AssumeRoleResponse {
  const { ExternalId, Tags = [] } = input;
  if (ExternalId !== undefined) requireText('externalId', ExternalId, /^[\w+=,.@:/-]*$/, [2, 1224]);
  checkTags(Tags);
  const session = readSession(input, call);
  if (session.arn.partition !== partitionOf(call.region)) throw invalid('Request ARN is invalid');
  requireTrust('sts:AssumeRole', session, ExternalId, call);
  if (Tags.length > 0) requireTrust('sts:TagSession', session, ExternalId, call);
  return startSession(session, identities, call.identity.role !== undefined);
}

function requireTrust(
  action: 'sts:AssumeRole' | 'sts:TagSession',
  { arn, role, name }: RequestedSession,
  externalId: string | undefined,
  { identity, world }: Call,
): void {
  if (!role && world.roles.of(arn.account).length === 0) return;
  const policy = role?.AssumeRolePolicyDocument;
  if (role && !policy) return;
  const keys = new Map([
    ['sts:rolesessionname', [name]],
    ['aws:principalaccount', [identity.account]],
    ['aws:principalarn', [identity.role ?? identity.arn]],
    ...(externalId === undefined ? [] : [['sts:externalid', [externalId]] as const]),
  ]);
  const request: TrustRequest = {
    action,
    keys,
    isPrincipal: (type, text) => type === 'AWS' && isPrincipal(text, identity),
  };
  if (policy && isTrusted(policy, request)) return;
  throw new Fault(
    'AccessDenied',
    `User: ${identity.arn} is not authorized to perform: ${action} on resource: ${arn.arn}`,
    403,
  );
}

/**
 * Whether a principal of a trust policy means the caller. The access key of an account stands for all of its users,
 * because a world has no users.
 */
function isPrincipal(text: string, { account, arn, role }: Identity): boolean {
  if (text === '*' || text === account || text === arn) return true;
  const [, owner, resource] = /^arn:aws[a-z-]*:iam::(\d{12}):(.+)$/.exec(text) ?? [];
  if (owner !== account || resource === undefined) return false;
  if (resource === 'root') return true;
  return role === undefined ? resource.startsWith('user/') : sameRole(text, role);
}

function sameRole(one: string, other: string): boolean {
  const [left, right] = [parseRoleArn(one), parseRoleArn(other)];
  return left !== undefined && left.name === right?.name && left.path === right.path;
}

/** Throws for invalid session tags. They change nothing else: the emulator has no policies that read them. */
function checkTags(tags: readonly Tag[]): void {
  if (tags.length > 50) throw invalid('a session can have at most 50 tags');
  for (const { Key = '', Value = '' } of tags) {
    requireText('tags', Key, /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u, [1, 128]);
    requireText('tags', Value, /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u, [0, 256]);
  }
}
