import * as z from 'zod';
import { auditSetting } from './access/audit.ts';
import { grantSettings } from './access/grants.ts';
import { cliSettings, mcpSettings } from './access/local-callers.ts';
import { credentialSettings } from './access/policy/credentials.ts';
import { deletionSettings } from './access/policy/deletion.ts';
import { restoreSettings } from './access/policy/restores.ts';
import { sharingSettings } from './access/policy/sharing.ts';
import { awsSettings } from './aws/settings.ts';
import { type ResolvedSecrets, resolveSecrets, withSecretPlaces } from './config/secrets.ts';
import { readYaml } from './config/yaml.ts';
import { ConfigurationError } from './errors.ts';
import { accountSettings, fullReadSettings, priceSettings } from './fleet/settings.ts';
import { limitSettings, mostOf } from './limits/settings.ts';
import { documentSettings } from './limits/trusted-documents.ts';
import { authenticationSettings } from './server/authentication/settings.ts';
import { corsRequestHeadersSetting, originsSetting } from './server/browsers.ts';
import { healthSettings, serverSettings } from './server/connections/settings.ts';
import { shutdownSettings } from './server/draining.ts';
import { profileEndpointProblems } from './server/endpoints.ts';
import { type Proxy, readProxy } from './server/proxy.ts';
import { type Start, startUpProblems, usesAws } from './server/start-up.ts';
import { logLevelSetting, telemetrySettings } from './telemetry/settings.ts';
import { readTraces, type TraceSettings } from './telemetry/traces/environment.ts';

const cursorKey = z
  .string()
  .regex(
    /^[A-Za-z0-9+/_-]{43,}={0,2}$/,
    'must be at least 32 random bytes in base64: create it with `openssl rand -base64 32`',
  )
  .refine(isRandom, 'is not random: create a key with `openssl rand -base64 32`');

const file = z
  .strictObject({
    accounts: z.array(accountSettings).min(1).optional().meta({
      description:
        'The AWS accounts to read and change. If omitted, `serve` and `doctor` use the account and region of the AWS settings in the environment, and `dev` uses the accounts of the emulator.',
    }),
    authentication: authenticationSettings.optional(),
    grants: grantSettings,
    cli: cliSettings.prefault({}),
    mcp: mcpSettings.optional(),
    limits: limitSettings.prefault({}),
    origins: originsSetting,
    corsRequestHeaders: corsRequestHeadersSetting,
    documents: documentSettings.optional(),
    sharing: sharingSettings.optional(),
    deletion: deletionSettings,
    restore: restoreSettings.optional(),
    audit: auditSetting.optional(),
    credentials: credentialSettings.optional(),
    cursorKeys: z.array(cursorKey).min(1).optional().meta({
      description:
        'The keys that encrypt cursors and, with `redis`, what replicas share: at least 32 random bytes each, in base64. The first key encrypts; the other keys only decrypt, so that keys can be rotated. SNAPGATE_CURSOR_KEY, if set, comes before these keys. All replicas need the same keys. If omitted, each process creates a key when it starts, and its cursors, and what it stores in Redis, are not valid after a restart or on another replica.',
    }),
    fullReads: fullReadSettings.prefault({}),
    aws: awsSettings.prefault({}),
    redis: z
      .url({ protocol: /^rediss?$/, error: 'must be the URL of a Redis server, such as redis://127.0.0.1:6379' })
      .optional()
      .meta({
        description:
          'The URL of a Redis server through which replicas share cached AWS responses, full reads, the allowances of principals, what guards deletions, and the outcomes of changes with an `idempotencyKey`. If Redis does not respond, each replica caches and counts separately, and guarded deletions and changes with an `idempotencyKey` fail with UPSTREAM.',
      }),
    server: serverSettings.prefault({}),
    health: healthSettings.optional(),
    shutdown: shutdownSettings.prefault({}),
    telemetry: telemetrySettings.prefault({}),
    prices: priceSettings
      .optional()
      .meta({ description: 'The storage prices from which costs are calculated. If omitted, no costs are reported.' }),
  })
  .meta({ title: 'Configuration of snapgate' });

/** The configuration file, with defaults for omitted settings. */
type FileConfig = Readonly<z.output<typeof file>>;

/** All settings of a gateway. */
export interface Config extends FileConfig {
  readonly host: string;
  readonly port: number;
  readonly emulatorPort: number;
  /** Undefined if no traces are exported. */
  readonly traces: TraceSettings | undefined;
  /** The secret access key and the session token of the environment. */
  readonly ownSecrets: readonly string[];
  /** The proxies of the environment. */
  readonly proxy: Proxy | undefined;
}

/** The flags of the command line, which take precedence over the environment. */
export interface Flags {
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly emulatorPort?: string | undefined;
  readonly config?: string | undefined;
  readonly allowAnonymous?: boolean | undefined;
}

/**
 * Reads and validates the flags, the environment and the configuration file; for a command, also checks that it is safe
 * to start. Throws one ConfigurationError with every problem.
 */
export function readConfig(
  flags: Flags,
  command?: Start['command'],
  environment: NodeJS.ProcessEnv = process.env,
): Config {
  const problems: string[] = [];
  const path = configurationPath(flags, environment);
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
    ownSecrets: [environment.AWS_SECRET_ACCESS_KEY, environment.AWS_SESSION_TOKEN].flatMap((secret) => secret || []),
    // Without a connection to AWS, an invalid proxy of the environment is not a reason not to start.
    proxy: readProxy(environment, command !== undefined && usesAws(command) ? problems : []),
    traces: readTraces(environment, command === undefined ? [] : problems),
    ...readFile(path, environment, problems),
  };
  const key = environment.SNAPGATE_CURSOR_KEY;
  if (key !== undefined && !cursorKey.safeParse(key).success) {
    problems.push(
      'SNAPGATE_CURSOR_KEY must be at least 32 random bytes in base64: create it with `openssl rand -base64 32`.',
    );
  }
  if (command) {
    // If the file has problems, it may still configure authentication: the absence is not reported.
    const allowsAnonymous = flags.allowAnonymous ?? problems.some((problem) => problem.startsWith(`${path}`));
    problems.push(...startUpProblems({ command, ...config, hostName, allowsAnonymous }, environment));
  }
  const logs = readLogs(config, environment.SNAPGATE_LOG_LEVEL, problems);
  problems.push(...portProblems(config));
  if (problems.length > 0) throw new ConfigurationError(problems);
  const cursorKeys = key === undefined ? config.cursorKeys : [key, ...(config.cursorKeys ?? [])];
  return Object.freeze({ ...config, cursorKeys, telemetry: { ...config.telemetry, logs } });
}

/** Returns the path of the configuration file; undefined if there is none. */
export function configurationPath({ config }: Flags, environment: NodeJS.ProcessEnv = process.env): string | undefined {
  return config ?? environment.SNAPGATE_CONFIG;
}

/**
 * Checks that the profile of the SDK, in its own configuration files, does not send real credentials to a host outside
 * AWS. Throws one ConfigurationError with every problem.
 */
export async function requireSafeProfile(environment: NodeJS.ProcessEnv = process.env): Promise<void> {
  const problems = await profileEndpointProblems(environment);
  if (problems.length > 0) throw new ConfigurationError(problems);
}

/** Returns the JSON Schema of the configuration file, for editors and validators. */
export function configurationSchema(): object {
  return withSecretPlaces(z.toJSONSchema(file, { io: 'input' }));
}

function readHost(name: string, text: string | undefined, problems: string[]): string {
  // For an empty host, Node.js would listen on all addresses of the machine.
  if (text !== '') return text ?? '127.0.0.1';
  problems.push(
    `${name} is empty. Set it to an address: 127.0.0.1 for this machine only, or 0.0.0.0 for all network interfaces.`,
  );
  return '127.0.0.1';
}

function readPort(name: string, text: string | undefined, fallback: number, problems: string[]): number {
  if (text === undefined) return fallback;
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  problems.push(`${name} is ${JSON.stringify(text)}. Set it to a port from 1 to 65535, or to 0 for a free port.`);
  return fallback;
}

function readLogs(
  { telemetry }: FileConfig,
  text: string | undefined,
  problems: string[],
): FileConfig['telemetry']['logs'] {
  const level = logLevelSetting.safeParse(text);
  if (text === undefined) return telemetry.logs;
  if (level.success) return { level: level.data };
  const allowed = logLevelSetting.unwrap().options.join(', ');
  problems.push(`SNAPGATE_LOG_LEVEL is ${JSON.stringify(text)}. Set it to one of ${allowed}.`);
  return telemetry.logs;
}

function readFile(path: string | undefined, environment: NodeJS.ProcessEnv, problems: string[]): FileConfig {
  const nothing = file.parse({});
  if (path === undefined) return nothing;
  if (path === '') {
    problems.push(
      'The path of the configuration file is empty. Set --config or SNAPGATE_CONFIG to a path, or unset SNAPGATE_CONFIG.',
    );
    return nothing;
  }
  const content = readYaml(path);
  if ('problem' in content) {
    problems.push(content.problem);
    return nothing;
  }
  const secrets = resolveSecrets(content.value ?? {}, environment);
  const result = file.safeParse(secrets.value, { error: describeUnknownKeys });
  if (!result.success || secrets.problems.size > 0) {
    problems.push(...problemsOf(result.error?.issues ?? [], secrets).map((problem) => `${path}: ${problem}.`));
    return nothing;
  }
  const contradictions = [...identityProblems(result.data), ...costProblems(result.data)];
  problems.push(...contradictions.map((problem) => `${path}: ${problem}`));
  return result.data;
}

/** Returns the problems of settings and of their secrets; a secret that was read elsewhere is named with its place. */
function problemsOf(issues: readonly z.core.$ZodIssue[], { places, problems }: ResolvedSecrets): string[] {
  const ofSettings = issues.flatMap((issue) => {
    const setting = issue.path.join('.');
    // The value of a secret that could not be read is its place.
    if (problems.has(setting)) return [];
    const place = places.get(setting);
    return `${setting || 'top level'}${place === undefined ? '' : `, from ${place}`}: ${issue.message}`;
  });
  return [...ofSettings, ...[...problems].map(([setting, problem]) => `${setting}: ${problem}`)];
}

/** Returns the problems of accounts that have the same identity in AWS; a role belongs to its own account only. */
function identityProblems({ accounts = [] }: FileConfig): string[] {
  const problems: string[] = [];
  const ids = accounts.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) problems.push(`accounts lists ${twice} twice. Remove one of the two entries.`);
  const own = new Set(accounts.filter(({ role }) => role === undefined).map(({ id }) => id));
  if (own.size > 1) {
    problems.push(
      `accounts lists ${[...own].join(', ')} without a role. At most one account can be without a role, because the gateway's own credentials belong to one account. Configure a role for each other account.`,
    );
  }
  return problems;
}

/** Returns the problem of a port that two servers would need. */
function portProblems({ host, port, health }: Config): string[] {
  if (health === undefined || port === 0 || health.port !== port) return [];
  if (host !== health.host && ![host, health.host].some((each) => each === '0.0.0.0' || each === '::')) return [];
  return [`health.port is ${port}, which is also the port of the gateway. Set one of them to another port.`];
}

/** Returns the problem of a cost with which every trusted document would be refused. */
function costProblems({ documents, limits }: FileConfig): string[] {
  const most = mostOf(limits);
  if (documents === undefined || documents.cost <= most) return [];
  return [
    `documents.cost is ${documents.cost}, but limits allow an operation at most ${most} AWS calls, so every trusted document would be refused. Decrease documents.cost, or increase limits.cost and limits.costPerMinute.`,
  ];
}

/**
 * Returns the message for unknown settings, with the allowed settings. Without a space after a colon, the name of a
 * setting contains its value, which can be a secret.
 */
function describeUnknownKeys(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== 'unrecognized_keys' || !(issue.inst instanceof z.ZodObject)) return undefined;
  return `unknown settings: ${issue.keys.map(nameOf).join(', ')}. Allowed settings: ${Object.keys(issue.inst.shape).join(', ')}`;
}

/** Returns a name as far as it can be that of a setting. */
function nameOf(key: string): string {
  if (/^[\w-]{1,32}$/.test(key)) return key;
  const [name] = /^[\w-]{1,32}(?=:)/.exec(key) ?? [];
  return name === undefined ? 'a name that is not valid' : `${name} (put a space after the colon)`;
}

/** Whether a key of sufficient length can be random: 32 random bytes almost never have under 16 distinct values. */
function isRandom(key: string): boolean {
  const bytes = Buffer.from(key, 'base64');
  return bytes.length < 32 || new Set(bytes).size >= 16;
}
