import * as z from 'zod';
import { ForbiddenError } from '../../errors.ts';
import { hasParts } from './pattern.ts';

/** The `credentials` of the configuration file: which database passwords the gateway issues, and to whom. */
export const credentialSettings = z
  .strictObject({
    enabled: z.boolean().default(false).meta({ description: 'Whether the gateway issues database passwords.' }),
    databaseUsers: z.array(z.string().min(1)).min(1).default(['{subject}']).meta({
      description:
        'The database users for which a caller can request a password. {subject} matches the subject of the caller, and * matches any text.',
    }),
    databaseGroups: z.array(z.string().min(1)).default([]).meta({
      description: 'The database groups that a session can join.',
    }),
    autoCreate: z.boolean().default(false).meta({
      description: 'Whether a database user that does not exist can be created at its first login.',
    }),
    maximumSeconds: z.int().min(900).max(3600).default(900).meta({
      description: 'The maximum validity of a password in seconds: 900 (the minimum that AWS allows) to 3600.',
    }),
  })
  .meta({
    description: 'Temporary database passwords for Amazon Redshift clusters. If omitted, the gateway issues none.',
  });

export type CredentialSettings = Readonly<z.output<typeof credentialSettings>>;

/** The requested credentials, with the defaults of the API applied. */
export interface CredentialRequest {
  readonly databaseUser: string;
  readonly durationSeconds: number;
  readonly autoCreate: boolean;
  readonly databaseGroups: readonly string[];
}

/**
 * Whether the configuration allows a subject any database user; `isName` says whether Amazon Redshift accepts a name.
 */
export function isAnyUserAllowed(
  settings: CredentialSettings | undefined,
  subject: string,
  isName: (name: string) => boolean,
): boolean {
  if (!settings?.enabled) return false;
  // `*` matches any text. No text is the shortest name, a letter can start a name, and two letters avoid a reserved word
  // that one letter completes.
  return settings.databaseUsers
    .map((pattern) => pattern.replaceAll('{subject}', () => subject))
    .some((pattern) => ['', 'a', 'aa'].some((text) => isName(pattern.replaceAll('*', text))));
}

/** Throws one ForbiddenError with every part of the request that the configuration does not allow this subject. */
export function requireCredentialsAllowed(
  settings: CredentialSettings | undefined,
  subject: string,
  request: CredentialRequest,
): void {
  if (!settings?.enabled) {
    throw new ForbiddenError(
      'Cannot issue credentials: this gateway does not issue database passwords. Its operator can enable them with credentials.enabled in the configuration.',
    );
  }
  const problems = refusals(settings, subject, request);
  if (problems.length > 0) throw new ForbiddenError(problems.join(' '));
}

function refusals(settings: CredentialSettings, subject: string, request: CredentialRequest): string[] {
  const { databaseUser, durationSeconds, autoCreate, databaseGroups } = request;
  const groups = databaseGroups.filter((group) => !settings.databaseGroups.includes(group));
  const users = settings.databaseUsers.map((pattern) => pattern.replaceAll('{subject}', () => subject)).join(' or ');
  const allowed = settings.databaseGroups.join(', ') || 'none';
  return [
    ...(settings.databaseUsers.some((pattern) => matches(pattern, subject, databaseUser))
      ? []
      : [`databaseUser is ${databaseUser}, which this gateway does not allow for you; it must match ${users}.`]),
    ...(durationSeconds > settings.maximumSeconds
      ? [`durationSeconds is ${durationSeconds}; this gateway allows at most ${settings.maximumSeconds}.`]
      : []),
    ...(autoCreate && !settings.autoCreate
      ? ['autoCreate is true, but this gateway does not create database users. Leave out autoCreate.']
      : []),
    ...(groups.length > 0
      ? [`databaseGroups has ${groups.join(', ')}, which this gateway does not allow. Allowed groups: ${allowed}.`]
      : []),
  ];
}

/** The subject is matched literally, even if it contains `*`. */
function matches(pattern: string, subject: string, user: string): boolean {
  return hasParts(
    user,
    pattern.split('*').map((text) => text.replaceAll('{subject}', () => subject)),
  );
}
