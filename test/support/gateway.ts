import type { AddressInfo } from 'node:net';
import type { Authenticate } from '../../src/server/authentication/authentication.ts';
import type { Audit } from '../../src/access/audit.ts';
import type { PolicySettings } from '../../src/access/policy/policy.ts';
import type { TrustedDocuments } from '../../src/limits/trusted-documents.ts';
import { defaultLimits, type LimitSettings } from '../../src/limits/settings.ts';
import type { z } from 'zod';
import type { CredentialSettings } from '../../src/access/policy/credentials.ts';
import type { AccountSettings, FullReadSettings, PriceSettings } from '../../src/fleet/settings.ts';
import type { FleetWatchSettings } from '../../src/fleet/watch/fleet-watch.ts';
import type { disturbanceRules } from '../../src/emulator/control/disturbances.ts';
import type { EmulatorOptions } from '../../src/emulator/server.ts';
import type { AwsSettings } from '../../src/aws/settings.ts';
import type { RecordedCall } from '../../src/emulator/control/calls.ts';
import type { WorldJson } from '../../src/emulator/control/world-json.ts';
import type { ObserveRead } from '../../src/fleet/full-reads/activity.ts';
import { createCursors } from '../../src/fleet/paging/cursor.ts';
import { createStoragePrices } from '../../src/fleet/questions/storage-prices.ts';
import type { Pause } from '../../src/fleet/progress/progress.ts';
import { createSources } from '../../src/fleet/sources.ts';
import { createErrorLog, type Log } from '../../src/telemetry/log.ts';
import {
  defaultServerSettings,
  type HealthSettings,
  type ServerSettings,
} from '../../src/server/connections/settings.ts';
import { corsRequestHeadersSetting } from '../../src/server/browsers.ts';
import type { RequestObserver } from '../../src/server/observation/observer.ts';
import { createServer } from '../../src/server/server.ts';
import { startTestEmulator } from './emulator.ts';

export const account = '123456789012';
export const region = 'us-east-1';

/** One account in one region with both services, read without a role. */
export const oneAccount: AccountSettings[] = [{ id: account, regions: [region], services: ['REDSHIFT', 'DOCUMENTDB'] }];

/** Several accounts, each with a role, because the credentials of the SDK decide the account in the emulator. */
export function accounts(ids: readonly string[], regions: readonly string[] = [region]): AccountSettings[] {
  return ids.map((id) => ({
    id,
    role: `arn:aws:iam::${id}:role/snapgate`,
    regions: [...regions],
    services: ['REDSHIFT', 'DOCUMENTDB'],
  }));
}

export interface GatewayOptions extends EmulatorOptions {
  readonly accounts?: readonly AccountSettings[];
  readonly maximumPages?: number;
  /** By default, timeouts are long, and the cache and circuit breaker are off, because most tests change the world. */
  readonly aws?: AwsSettings;
  /** By default, full reads are not reused, because most tests change the world. */
  readonly fullReads?: Partial<FullReadSettings>;
  readonly prices?: PriceSettings;
  readonly fleetWatch?: FleetWatchSettings;
  readonly cursorKeys?: readonly Buffer[];
  /** The URL of a Redis server that the gateway shares with others. */
  readonly redis?: string;
  readonly pause?: Pause;
  readonly credentials?: CredentialSettings;
  readonly log?: Log;
  readonly authenticate?: Authenticate;
  readonly limits?: Partial<LimitSettings>;
  readonly server?: Partial<ServerSettings>;
  readonly health?: HealthSettings;
  readonly policy?: PolicySettings;
  readonly documents?: TrustedDocuments;
  readonly origins?: readonly string[];
  /** By default, those of the configuration. */
  readonly corsRequestHeaders?: readonly string[];
  readonly audit?: Audit;
  readonly observer?: RequestObserver;
  readonly observeRead?: ObserveRead;
  /** Whether the gateway checks its own credentials before it listens, as `serve` does; true by default. */
  readonly isCheckedAtStart?: boolean;
}

/** A GraphQL response, with the parts that tests read. */
export interface Answer {
  readonly data: any;
  readonly errors?: readonly { message: string; path?: unknown[]; extensions: Record<string, unknown> }[];
  readonly extensions: {
    aws: { calls: number; coalesced: number; cached: number };
    cost?: { announced: number; remaining: number };
  };
}

/** Long timeouts, because most tests do not depend on time, and a busy machine is slow. */
const patient = { requestSeconds: 120, callSeconds: 60, connectionSeconds: 30 };

/** High limits, because many tests send many requests at once. */
const generous = {
  costPerMinute: 1e9,
  requestsPerSecond: 1e8,
  subscriptions: 100,
  connectionsPerPeer: 1000,
  requests: 1000,
  queuedRequests: 1000,
};

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

type ReloadableOptions = Pick<GatewayOptions, 'cursorKeys' | 'prices' | 'authenticate' | 'limits' | 'documents'>;

function reloadableSettings({ cursorKeys, prices, authenticate, limits, documents }: ReloadableOptions) {
  const keys = cursorKeys ?? [Buffer.alloc(32, 1)];
  return {
    cursors: createCursors(keys),
    keys,
    prices: prices && createStoragePrices(prices),
    authenticate,
    limits: { ...defaultLimits, ...generous, ...limits },
    documents,
  };
}

/** Starts a gateway and its emulator on free ports. Tests reach both over HTTP. */
export async function startGateway(options: GatewayOptions = {}) {
  const emulator = await startTestEmulator(options);
  const server = createServer({
    ...reloadableSettings(options),
    sources: createSources(options.accounts ?? oneAccount),
    redis: options.redis,
    aws: {
      endpoint: emulator.url,
      credentials: { accessKeyId: account, secretAccessKey: 'secret' },
      breaker: { failures: Infinity },
      cache: { ageSeconds: 0 },
      ...options.aws,
      timeouts: { ...patient, ...options.aws?.timeouts },
    },
    maximumPages: options.maximumPages ?? 50,
    fleetWatch: options.fleetWatch,
    fullReads: { ageSeconds: 0, megabytes: 64, maximumPages: 100, sharedMegabytes: 8, ...options.fullReads },
    ...(options.pause && { pause: options.pause }),
    credentials: options.credentials,
    log: createErrorLog(options.log ?? silent),
    policy: options.policy,
    origins: options.origins,
    corsRequestHeaders: options.corsRequestHeaders ?? corsRequestHeadersSetting.parse(undefined),
    audit: options.audit,
    observer: options.observer,
    observeRead: options.observeRead,
    // A busy machine is late.
    server: { ...defaultServerSettings, eventLoopMilliseconds: 60_000, ...options.server },
    health: options.health,
  });
  if (options.isCheckedAtStart ?? true) await server.requireOwnAccounts();
  const healthPort = await server.openHealthPort();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const query = async (text: string, variables: Record<string, unknown> = {}, headers = {}): Promise<Answer> => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: text, variables }),
    });
    return (await response.json()) as Answer;
  };

  return {
    url,
    /** Where the health checks are. */
    healthUrl: healthPort === undefined ? url : `http://127.0.0.1:${healthPort}`,
    /** The load of the gateway. */
    state: () => server.state(),
    emulator,
    query,
    load: (world: WorldJson) => emulator.load(world),
    /** Returns and clears the recorded AWS calls, without the calls for credentials. */
    calls: async (): Promise<RecordedCall[]> => {
      const { content } = await emulator.control('DELETE', 'calls');
      return (content['calls'] as RecordedCall[]).filter(({ service }) => service !== 'sts');
    },
    /** Sets the fault rules of the emulator; without rules, AWS works normally. */
    disturb: async (...rules: z.input<typeof disturbanceRules>) => {
      const { status, content } = await emulator.control('POST', 'faults', rules);
      if (status !== 200) throw new Error(String(content['error']));
    },
    /** Replaces the settings, as a reload does; omitted settings have their defaults. */
    apply: (changed: ReloadableOptions) => server.apply(reloadableSettings(changed)),
    stop: server.stop,
    fleetWatch: server.fleetWatch,
    close: async () => {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await emulator.close();
    },
  };
}

export type Gateway = Awaited<ReturnType<typeof startGateway>>;
