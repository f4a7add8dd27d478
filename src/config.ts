import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { auditSetting } from './access/audit.ts';
import { grantSettings } from './access/grants.ts';
import { credentialSettings } from './access/policy/credentials.ts';
import { deletionSettings } from './access/policy/deletion.ts';
import { sharingSettings } from './access/policy/sharing.ts';
import { awsSettings } from './aws/settings.ts';
import { ConfigurationError } from './errors.ts';
import { accountSettings, fullReadSettings, priceSettings } from './fleet/settings.ts';
import { limitSettings } from './limits/settings.ts';
import { documentSettings } from './limits/trusted-documents.ts';
import { authenticationSettings } from './server/authentication/settings.ts';
import { originsSetting } from './server/browsers.ts';
import { shutdownSettings } from './server/draining.ts';
import { type Start, startUpProblems } from './server/start-up.ts';

const cursorKey = z
  .string()
  .regex(
    /^[A-Za-z0-9+/_-]{43,}={0,2}$/,
    'must be at least 32 random bytes in base64, as `openssl rand -base64 32` prints',
  )
  .refine(isRandom, 'is not random; `openssl rand -base64 32` prints a key that is');

const file = z
  .strictObject({
    accounts: z.array(accountSettings).min(1).optional().meta({
      description: 'The accounts to ask. Left out, the account and region of the environment.',
    }),
    authentication: authenticationSettings.optional(),
    grants: grantSettings,
    limits: limitSettings.prefault({}),
    origins: originsSetting,
    documents: documentSettings.optional(),
    sharing: sharingSettings.optional(),
    deletion: deletionSettings,
    audit: auditSetting.optional(),
    credentials: credentialSettings.optional(),
    cursorKeys: z.array(cursorKey).min(1).optional().meta({
      description: 'Keys that seal cursors, base64, newest first. Replicas need the same ones; older ones still open.',
    }),
    fullReads: fullReadSettings.prefault({}),
    aws: awsSettings.prefault({}),
    redis: z
      .url({ protocol: /^rediss?$/, error: 'must be the address of a Redis server, such as redis://127.0.0.1:6379' })
      .optional()
      .meta({
        description:
          'A Redis server by which replicas share what they remember of AWS’s answers and count what principals spend. They go on without it.',
      }),
    shutdown: shutdownSettings.prefault({}),
    prices: priceSettings.optional().meta({ description: 'What storage costs. Left out, no costs are told.' }),
  })
  .meta({ title: 'Configuration of snapgate' });

/** What the configuration file says, with the defaults of what it leaves out. */
type FileConfig = Readonly<z.output<typeof file>>;

/** Everything that varies between two gateways. */
export interface Config extends FileConfig {
  readonly host: string;
  readonly port: number;
  readonly emulatorPort: number;
}

/** What the command line gives; it wins over the environment. */
export interface Flags {
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly emulatorPort?: string | undefined;
  readonly config?: string | undefined;
  readonly allowAnonymous?: boolean | undefined;
}

/**
 * Reads flags, the environment and the configuration file, and checks them all, for a command that is to start.
 * Throws one ConfigurationError with every problem found.
 */
export function readConfig(
  flags: Flags,
  command?: Start['command'],
  environment: NodeJS.ProcessEnv = process.env,
): Config {
  const problems: string[] = [];
  const path = flags.config ?? environment.SNAPGATE_CONFIG;
  const hostName = flags.host === undefined ? 'HOST' : '--host';
  const config: Config = {
    host: readHost(hostName, flags.host ?? environment.HOST, problems),
    port: readPort(flags.port === undefined ? 'PORT' : '--port', flags.port ?? environment.PORT, 4000, problems),
    emulatorPort: readPort(
      flags.emulatorPort === undefined ? 'EMULATOR_PORT' : '--emulator-port',
      flags.emulatorPort ?? environment.EMULATOR_PORT,
      4510,
      problems,
    ),
    ...readFile(path, problems),
  };
  const key = environment.SNAPGATE_CURSOR_KEY;
  if (key !== undefined && !cursorKey.safeParse(key).success) {
    problems.push(
      'SNAPGATE_CURSOR_KEY must be at least 32 random bytes in base64, as `openssl rand -base64 32` prints.',
    );
  }
  if (command) {
    // A file with problems may have said who comes in.
    const allowsAnonymous = flags.allowAnonymous ?? problems.some((problem) => problem.startsWith(`${path}`));
    problems.push(...startUpProblems({ command, ...config, hostName, allowsAnonymous }, environment));
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return Object.freeze(key === undefined ? config : { ...config, cursorKeys: [key, ...(config.cursorKeys ?? [])] });
}

/** The JSON Schema of the configuration file, for editors and checks. */
export function configurationSchema(): object {
  return z.toJSONSchema(file, { io: 'input' });
}

function readHost(name: string, text: string | undefined, problems: string[]): string {
  // Node.js would take an empty host for every address of the machine.
  if (text !== '') return text ?? '127.0.0.1';
  problems.push(`${name} is empty; it must be an address, such as 127.0.0.1, or 0.0.0.0 for all.`);
  return '127.0.0.1';
}

function readPort(name: string, text: string | undefined, fallback: number, problems: string[]): number {
  if (text === undefined) return fallback;
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  problems.push(`${name} is ${JSON.stringify(text)}; it must be a port, 1 to 65535, or 0 for a free one.`);
  return fallback;
}

function readFile(path: string | undefined, problems: string[]): FileConfig {
  const nothing = file.parse({});
  if (path === undefined) return nothing;
  const { value, problem } = parseFile(path);
  if (problem !== undefined) {
    problems.push(problem);
    return nothing;
  }
  const result = file.safeParse(value ?? {}, { error: describeUnknownKeys });
  if (!result.success) {
    problems.push(
      ...result.error.issues.map((issue) => `${path}: ${issue.path.join('.') || 'the file'}: ${issue.message}.`),
    );
    return nothing;
  }
  const { accounts } = result.data;
  const ids = accounts?.map(({ id }) => id) ?? [];
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) problems.push(`${path}: accounts has ${twice} twice.`);
  return result.data;
}

/** An unknown member is refused with the names that are allowed. */
function describeUnknownKeys(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== 'unrecognized_keys' || !(issue.inst instanceof z.ZodObject)) return undefined;
  return `has ${issue.keys.join(', ')}; it may have ${Object.keys(issue.inst.shape).join(', ')}`;
}

/** Whether a key of full length could be random: 32 bytes practically never have fewer than 16 values. */
function isRandom(key: string): boolean {
  const bytes = Buffer.from(key, 'base64');
  return bytes.length < 32 || new Set(bytes).size >= 16;
}

function parseFile(path: string): { value?: unknown; problem?: string } {
  if (path === '')
    return { problem: 'The configuration file has an empty name: give its path, or leave SNAPGATE_CONFIG out.' };
  try {
    return { value: parse(readFileSync(path, 'utf8')) };
  } catch (error) {
    return { problem: `${path} cannot be read: ${(error as Error).message}` };
  }
}
