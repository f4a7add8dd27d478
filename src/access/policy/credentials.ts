import { z } from 'zod';
import { ForbiddenError } from '../../errors.ts';

/** The member of the configuration file that says which database passwords are issued, and to whom. */
export const credentialSettings = z
  .strictObject({
    enabled: z.boolean().default(false).meta({ description: 'Whether database passwords are issued at all.' }),
    databaseUsers: z.array(z.string().min(1)).min(1).default(['{subject}']).meta({
      description:
        'The database users that may be asked for. {subject} stands for the name of whoever asks, * for any text.',
    }),
    databaseGroups: z.array(z.string().min(1)).default([]).meta({
      description: 'The database groups that may be joined for the session.',
    }),
    autoCreate: z.boolean().default(false).meta({
      description: 'Whether a database user may be created at its first login.',
    }),
    maximumSeconds: z.int().min(900).max(3600).default(900).meta({
      description: 'How long a password may be valid: 900 seconds, the least that AWS allows, to 3600.',
    }),
  })
  .meta({ description: 'Temporary database passwords of Amazon Redshift clusters. Left out, none are issued.' });

export type CredentialSettings = Readonly<z.output<typeof credentialSettings>>;

/** What is asked for, complete with the defaults of the API. */
export interface CredentialRequest {
  readonly databaseUser: string;
  readonly durationSeconds: number;
  readonly autoCreate: boolean;
  readonly databaseGroups: readonly string[];
}

/** Throws one ForbiddenError that tells everything which the configuration does not allow this subject. */
export function requireCredentialsAllowed(
  settings: CredentialSettings | undefined,
  subject: string,
  request: CredentialRequest,
): void {
  if (!settings?.enabled) {
    throw new ForbiddenError(
      'This gateway issues no database credentials. Its operator can allow it in the configuration, with credentials.enabled.',
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
      : [`This gateway does not issue credentials of the database user ${databaseUser} to you; it may be ${users}.`]),
    ...(durationSeconds > settings.maximumSeconds
      ? [`This gateway issues credentials for ${settings.maximumSeconds} seconds at most, not ${durationSeconds}.`]
      : []),
    ...(autoCreate && !settings.autoCreate
      ? ['This gateway does not let database users be created. Leave autoCreate out.']
      : []),
    ...(groups.length > 0
      ? [`This gateway does not let you join the database groups ${groups.join(', ')}; it allows ${allowed}.`]
      : []),
  ];
}

/** The subject stands for itself, whatever characters it has. */
function matches(pattern: string, subject: string, user: string): boolean {
  const literals = pattern.split('*').map((text) => escape(text.replaceAll('{subject}', () => subject)));
  return new RegExp(`^${literals.join('.*')}$`, 's').test(user);
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
