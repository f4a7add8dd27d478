import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { credentialSettings } from './access/policy/credentials.ts';
import { defaultSettings } from './aws/settings.ts';
import { ConfigurationError } from './errors.ts';
import { serviceNames } from './graphql/source.ts';
import { defaultShutdown } from './server/draining.ts';
import { accessSettings } from './server/settings.ts';
import { type Start, startUpProblems } from './server/start-up.ts';
import { strictObject } from './strict-object.ts';

const service = z
  .enum(['redshift', 'documentdb'])
  .transform((name) => name.toUpperCase() as (typeof serviceNames)[number]);
const everyService: (typeof serviceNames)[number][] = [...serviceNames];

const region = z.string().regex(/^[a-z]{2,4}(-[a-z]+)+-\d+$/, 'must be the name of an AWS region, such as eu-west-1');

const quota = strictObject({
  service,
  region: region.optional().meta({ description: 'The region it holds for; left out, every other one.' }),
  manualSnapshots: z.int().min(0).meta({ description: 'Manual snapshots that AWS allows in a region.' }),
}).meta({ description: 'What AWS allows in each region of an account.' });

const account = strictObject({
  id: z
    .string('must be text: put the 12 digits in quotes, because YAML reads a bare number and drops leading zeros')
    .regex(/^\d{12}$/, 'must be 12 digits in quotes, such as "012345678901"')
    .meta({ description: 'The AWS account id: 12 digits, in quotes.' }),
  name: z.string().min(1).optional().meta({ description: 'What people call the account.' }),
  role: z
    .string()
    .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, 'must be the ARN of an IAM role')
    .optional()
    .meta({ description: 'The IAM role to assume. Left out, the gateway asks as itself.' }),
  externalId: z.string().min(2).optional().meta({ description: 'The external id that the role asks for.' }),
  regions: z.array(region).min(1).refine(hasNoneTwice, 'must name each region once').meta({
    description: 'The regions to ask.',
  }),
  services: z
    .array(service)
    .min(1)
    .refine(hasNoneTwice, 'must name each service once')
    .default(everyService)
    .meta({ description: 'The services to ask; all by default.' }),
  quotas: z.array(quota).optional().meta({
    description: 'The quotas that AWS raised for the account; its defaults otherwise.',
  }),
})
  .refine(({ id, role }) => role === undefined || role.split(':')[4] === id, {
    path: ['role'],
    error: 'must be a role of the account itself, as a role reads the account that it is of',
  })
  .meta({ description: 'An AWS account and how it is asked.' });

const cursorKey = z
  .string()
  .regex(
    /^[A-Za-z0-9+/_-]{43,}={0,2}$/,
    'must be at least 32 random bytes in base64, as `openssl rand -base64 32` prints',
  )
  .refine(isRandom, 'is not random; `openssl rand -base64 32` prints a key that is');

const fullReads = strictObject({
  ageSeconds: z.number().min(0).max(3600).default(15).meta({
    description: 'Seconds that a source, once read in full, answers further questions. 0 reads anew for each.',
  }),
  megabytes: z.int().min(1).default(256).meta({
    description: 'Megabytes of snapshots to keep in memory at most; what was asked for longest ago goes first.',
  }),
  maximumPages: z.int().min(1).default(100).meta({
    description: 'AWS pages of 100 records that one source is read for one question at most.',
  }),
}).meta({ description: 'How sources are read in full, for order, totals, summaries and clusters without snapshots.' });

const timeouts = strictObject({
  requestSeconds: z.number().positive().default(defaultSettings.timeouts.requestSeconds).meta({
    description: 'Seconds for all that one request asks of AWS. What has not come by then is reported as missing.',
  }),
  callSeconds: z.number().positive().default(defaultSettings.timeouts.callSeconds).meta({
    description: 'Seconds for one AWS call, its retries included.',
  }),
  connectionSeconds: z.number().positive().default(defaultSettings.timeouts.connectionSeconds).meta({
    description: 'Seconds for a connection to AWS.',
  }),
}).meta({ description: 'How long AWS is waited for.' });

const limits = strictObject({
  concurrency: z.int().min(1).default(defaultSettings.limits.concurrency).meta({
    description: 'AWS calls that one source has under way at the same time.',
  }),
  callsPerSecond: z.int().min(1).optional().meta({
    description: 'AWS calls that one source begins in one second; without bound if left out.',
  }),
  waiting: z.int().min(1).default(defaultSettings.limits.waiting).meta({
    description: 'Reads that wait their turn at one source; those beyond are refused as THROTTLED.',
  }),
}).meta({ description: 'What one source is asked at most. Changes go before reads.' });

const breaker = strictObject({
  failures: z.int().min(1).default(defaultSettings.breaker.failures).meta({
    description: 'Failures of one source in a row after which it is left alone.',
  }),
  retrySeconds: z.number().positive().default(defaultSettings.breaker.retrySeconds).meta({
    description: 'Seconds after which one call tries whether it is well again.',
  }),
}).meta({ description: 'When a source that fails is left alone.' });

const cache = strictObject({
  ageSeconds: z.number().min(0).max(3600).default(defaultSettings.cache.ageSeconds).meta({
    description: 'Seconds that an answer of AWS answers the same question again. 0 asks AWS each time.',
  }),
  megabytes: z.int().min(1).default(defaultSettings.cache.megabytes).meta({
    description: 'Megabytes of answers to keep in memory at most; the longest unused go first.',
  }),
}).meta({ description: 'What is remembered of AWS’s answers. A change drops what it may have changed.' });

const aws = strictObject({
  timeouts: timeouts.prefault({}),
  limits: limits.prefault({}),
  breaker: breaker.prefault({}),
  cache: cache.prefault({}),
}).meta({ description: 'How AWS is asked.' });

const shutdown = strictObject({
  noticeSeconds: z.number().min(0).max(600).default(defaultShutdown.noticeSeconds).meta({
    description: 'Seconds after SIGTERM in which everything is still answered, while /ready says 503.',
  }),
  deadlineSeconds: z.number().min(0).max(600).default(defaultShutdown.deadlineSeconds).meta({
    description: 'Seconds after these in which what is under way may end.',
  }),
}).meta({ description: 'How the gateway stops.' });

const prices = strictObject({
  currency: z.string().min(1).meta({ description: 'The currency of the prices, such as USD.' }),
  gigabyteMonth: z
    .array(
      strictObject({
        service,
        region: region.optional().meta({ description: 'The region it holds for; left out, every other one.' }),
        price: z.number().min(0).meta({ description: 'The price of one gigabyte for one month.' }),
      }),
    )
    .min(1)
    .meta({ description: 'Prices by service, and by region where they differ.' }),
}).meta({ description: 'What storage costs, to estimate the cost of snapshots.' });

const file = strictObject({
  accounts: z.array(account).min(1).optional().meta({
    description: 'The accounts to ask. Left out, the account and region of the environment.',
  }),
  ...accessSettings,
  credentials: credentialSettings.optional(),
  cursorKeys: z.array(cursorKey).min(1).optional().meta({
    description: 'Keys that seal cursors, base64, newest first. Replicas need the same ones; older ones still open.',
  }),
  fullReads: fullReads.prefault({}),
  aws: aws.prefault({}),
  redis: z
    .url({ protocol: /^rediss?$/, error: 'must be the address of a Redis server, such as redis://127.0.0.1:6379' })
    .optional()
    .meta({
      description:
        'A Redis server by which replicas share what they remember of AWS’s answers and count what principals spend. They go on without it.',
    }),
  shutdown: shutdown.prefault({}),
  prices: prices.optional().meta({ description: 'What storage costs. Left out, no costs are told.' }),
}).meta({ title: 'Configuration of snapgate' });

export type AccountConfig = z.output<typeof account>;
export type PricesConfig = z.output<typeof prices>;

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
export function readConfig(flags: Flags, environment: NodeJS.ProcessEnv, command?: Start['command']): Config {
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
  const result = file.safeParse(value ?? {});
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

function hasNoneTwice(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
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
