import * as sdk from '@aws-sdk/client-sts';

import { Fault, nullMember } from '../fault.ts';
import type { Call, EmulatedService } from '../service.ts';
import { operationSchemas } from '../wire/schemas.ts';
import { assumeRole } from './assume-role.ts';
import type { Identities } from './identities.ts';
import { assumeRoleWithWebIdentity } from './web-identity.ts';

/** The part of STS that a client needs for its identity: its own, and those of roles. */
export function createSts(identities: Identities): EmulatedService {
  return {
    name: 'sts',
    protocol: {
      kind: 'query',
      version: '2011-06-15',
      namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
      missing: (name) => new Fault('ValidationError', nullMember(name)),
    },
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
      AssumeRoleWithWebIdentity: ['ProviderId', 'PolicyArns', 'Policy', 'MinimumSessionTokenSize'],
    },
    operations: {
      /** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
      GetCallerIdentity(_input: sdk.GetCallerIdentityRequest, { identity }: Call): sdk.GetCallerIdentityResponse {
        return { Account: identity.account, Arn: identity.arn, UserId: identity.userId };
      },
      AssumeRole: (input: sdk.AssumeRoleRequest, call: Call) => assumeRole(input, call, identities),
      AssumeRoleWithWebIdentity: (input: sdk.AssumeRoleWithWebIdentityRequest, call: Call) =>
        assumeRoleWithWebIdentity(input, call, identities),
    },
  };
}
