import * as sdk from '@aws-sdk/client-sts';
import { randomBytes } from 'node:crypto';

import { Fault } from '../fault.ts';
import type { Call, EmulatedService } from '../service.ts';
import { operationSchemas } from '../wire/schemas.ts';
import type { Identities } from './identities.ts';

/** The part of STS that a client needs for its identity: GetCallerIdentity and AssumeRole. */
export function createSts(identities: Identities): EmulatedService {
  return {
    name: 'sts',
    protocol: { kind: 'query', version: '2011-06-15', namespace: 'https://sts.amazonaws.com/doc/2011-06-15/' },
    schemas: operationSchemas(sdk),
    refused: {
      AssumeRole: [
        'PolicyArns',
        'Policy',
        'TransitiveTagKeys',
        'SerialNumber',
        'TokenCode',
        'SourceIdentity',
        'ProvidedContexts',
        'MinimumSessionTokenSize',
      ],
    },
    operations: {
      /** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
      GetCallerIdentity(_input: sdk.GetCallerIdentityRequest, { identity }: Call): sdk.GetCallerIdentityResponse {
        return { Account: identity.account, Arn: identity.arn, UserId: identity.userId };
      },

      /**
       * Every role of every account can be assumed. The keys are valid for `DurationSeconds` of real or advanced time.
       * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
       */
      AssumeRole(input: sdk.AssumeRoleRequest, _call: Call): sdk.AssumeRoleResponse {
        const { RoleArn = '', RoleSessionName = '', DurationSeconds = 3600, ExternalId } = input;
        const [, partition, account, path] =
          /^arn:(aws[a-z-]*):iam::(\d{12}):role\/([\w+=,.@/-]+)$/.exec(RoleArn) ?? [];
        if (!partition || !account || !path) throw invalid(`${RoleArn} is invalid`);
        requireMatch('roleSessionName', RoleSessionName, /^[\w+=,.@-]{2,64}$/);
        if (ExternalId !== undefined) requireMatch('externalId', ExternalId, /^[\w+=,.@:/-]{2,1224}$/);
        if (DurationSeconds < 900 || DurationSeconds > 43_200) {
          throw invalid(
            `Value '${DurationSeconds}' at 'durationSeconds' failed to satisfy constraint: between 900 and 43200`,
          );
        }
        checkTags(input.Tags ?? []);
        const role = path.slice(path.lastIndexOf('/') + 1);
        const assumedRole = {
          Arn: `arn:${partition}:sts::${account}:assumed-role/${role}/${RoleSessionName}`,
          AssumedRoleId: `AROA${randomBytes(8).toString('hex').toUpperCase()}:${RoleSessionName}`,
        };
        const identity = { account, arn: assumedRole.Arn, userId: assumedRole.AssumedRoleId };
        const keys = identities.issue(identity, DurationSeconds);
        return {
          Credentials: {
            AccessKeyId: keys.accessKeyId,
            SecretAccessKey: keys.secretAccessKey,
            SessionToken: keys.sessionToken,
            // A client compares the expiration with its own clock, not with the emulated date.
            Expiration: new Date(Date.now() + DurationSeconds * 1000),
          },
          AssumedRoleUser: assumedRole,
        };
      },
    },
  };
}

/** Throws for invalid session tags. They change nothing else: the emulator has no policies that read them. */
function checkTags(tags: readonly sdk.Tag[]): void {
  if (tags.length > 50) throw invalid('a session can have at most 50 tags');
  for (const { Key = '', Value = '' } of tags) {
    requireMatch('tags', Key, /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u);
    requireMatch('tags', Value, /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u);
  }
}

function requireMatch(name: string, value: string, pattern: RegExp): void {
  if (pattern.test(value)) return;
  throw invalid(
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: ` +
      `Member must satisfy regular expression pattern: ${pattern.source}`,
  );
}

function invalid(message: string): Fault {
  return new Fault('ValidationError', message);
}
