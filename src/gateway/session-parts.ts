import type { Principal } from '../access/principal.ts';
import { createAws, requireOwnAccounts } from '../aws/client.ts';
import type { AwsObserver } from '../aws/observer.ts';
import type { AwsSettings } from '../aws/settings.ts';
import { secretsOf } from '../config/known-secrets.ts';
import { type CreateContext, createContextFactory } from '../context.ts';
import { createCursors } from '../fleet/paging/cursor.ts';
import { createStoragePrices } from '../fleet/questions/storage-prices.ts';
import type { AccountSettings } from '../fleet/settings.ts';
import { accessesOf, createSources } from '../fleet/sources.ts';
import { type GatewaySettings, maximumPages, openAudit } from '../gateway.ts';
import { type Budget, createBudgets } from '../limits/budget.ts';
import type { LimitSettings } from '../limits/settings.ts';
import { createMask } from '../masking.ts';
import { connectRedis } from '../replicas/connect.ts';
import { createDestination, type Destination } from '../telemetry/destination.ts';
import { createErrorLog, createLog, createTerminal, type ErrorLog } from '../telemetry/log.ts';
import { createCursorKey } from './reload.ts';

export interface SessionOptions {
  readonly settings: GatewaySettings;
  readonly accounts: readonly AccountSettings[];
  readonly aws: AwsSettings;
  readonly principal: Principal;
  /** The limits of the AWS calls of the principal; if omitted, there are none. */
  readonly limits?: LimitSettings | undefined;
  /** Whether changes are recorded; false for the emulator, unless an audit log is configured. */
  readonly isAudited: boolean;
  /** The time of AWS, if it is not real time. */
  readonly now?: (() => Date) | undefined;
  /** Observes the AWS calls, for the progress on a terminal. */
  readonly observer?: AwsObserver | undefined;
}

/** What a session executes operations with. */
export interface SessionParts {
  readonly createContext: CreateContext;
  /** Undefined if the AWS calls of the principal are not limited. */
  readonly budget: Budget | undefined;
  readonly log: ErrorLog;
  close(): void;
}

/** Creates what a session executes operations with. The log is written to the standard error. */
export async function openContexts(options: SessionOptions): Promise<SessionParts> {
  const { settings, limits, now, observer } = options;
  const { proxy, fullReads, credentials, policy, prices } = settings;
  const log = await openLog(options);
  const keys = (settings.cursorKeys ?? [createCursorKey()]).map((key) => Buffer.from(key, 'base64'));
  const redis = connectRedis(settings.redis, () => keys, log.failed);
  const reports = { onFailure: log.failed, onFlaw: log.failed };
  const aws = createAws({ ...settings.aws, proxy, observer, ...options.aws, redis: redis.answers, ...reports });
  const sources = createSources(options.accounts);
  await requireOwnAccounts(aws, accessesOf(sources));
  const setting = auditOf(options);
  const stopping = new AbortController();
  const createContext = createContextFactory({
    aws,
    sources,
    maximumPages,
    fullReads,
    credentials,
    policy,
    redis: redis.changes,
    cursors: createCursors(keys),
    prices: prices && createStoragePrices(prices),
    audit: setting === undefined ? undefined : await openAudit(setting, log),
    now,
    stopping: stopping.signal,
  });
  const budget = limits && createBudgets({ maximumPages, redis: redis.counts })({ limits });
  return { createContext, budget, log, close: () => stopping.abort() };
}

/** The standard output is for results, so failures of AWS, and only these, are written to the standard error. */
async function openLog({ settings, accounts }: SessionOptions): Promise<ErrorLog> {
  const { level } = settings.telemetry.logs;
  const mask = createMask(secretsOf(settings, accounts));
  const destination = process.stderr.isTTY ? await openTerminal() : createDestination(process.stderr);
  return createErrorLog(createLog({ level: level === 'info' ? 'warn' : level, mask, destination }));
}

/** Clears the line before each line of the log, because it can show a progress. */
async function openTerminal(): Promise<Destination> {
  const { write } = await createTerminal(process.stderr);
  return {
    write: (line) => {
      process.stderr.write('\r\u001b[K');
      write(line);
    },
  };
}

/** Returns where changes are recorded; undefined if they are not. */
function auditOf({ settings: { audit }, isAudited }: SessionOptions): string | undefined {
  if (audit === undefined) return isAudited ? 'stderr' : undefined;
  return audit === 'stdout' ? 'stderr' : audit;
}
