import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config.ts';
import { ConfigurationError } from '../errors.ts';
import { createCursors } from '../fleet/paging/cursor.ts';
import { createStoragePrices } from '../fleet/questions/storage-prices.ts';
import { readTrustedDocuments } from '../limits/trusted-documents.ts';
import { schema } from '../schema.ts';
import { createAuthentication } from '../server/authentication/authentication.ts';
import type { GatewayServer, ReloadableSettings } from '../server/server.ts';
import type { Log } from '../telemetry/log.ts';

/** The settings of the configuration that a reload applies; all others need a restart. */
const reloadable = ['grants', 'limits', 'documents', 'prices', 'cursorKeys'] as const;

type ReloadableConfig = Pick<Config, (typeof reloadable)[number]>;

/** Creates the settings of the server. Throws one ConfigurationError with every problem of the trusted documents. */
export type OpenSettings = (config: ReloadableConfig) => ReloadableSettings;

/** Returns a random key in the format of `cursorKeys`. */
export function createCursorKey(): string {
  return randomBytes(32).toString('base64');
}

/**
 * Returns the function that creates the reloadable settings, with the issuer and the proxy of the start. `warn` receives
 * why the keys of the issuer cannot be read.
 */
export function createOpenSettings({ authentication, proxy }: Config, warn: (error: Error) => void): OpenSettings {
  const authenticateWith = authentication && createAuthentication(authentication, proxy, warn);
  const ownKey = createCursorKey();
  return ({ grants, limits, documents, prices, cursorKeys = [ownKey] }) => {
    const keys = cursorKeys.map((key) => Buffer.from(key, 'base64'));
    return {
      authenticate: authenticateWith?.(grants),
      limits,
      documents: documents && readTrustedDocuments(documents, schema, limits),
      prices: prices && createStoragePrices(prices),
      cursors: createCursors(keys),
      keys,
    };
  };
}

/**
 * Reads the configuration and applies what has changed, as far as possible without a restart. Never throws: an invalid
 * configuration is logged, and nothing of it is applied.
 */
export type Reload = (read: () => Config) => void;

/** Creates the reload of a server that runs with this configuration and these settings. */
export function createReload(
  server: GatewayServer,
  open: OpenSettings,
  running: { readonly config: Config; readonly settings: ReloadableSettings },
  log: Log,
): Reload {
  let { config, settings } = running;
  const apply = (next: Config) => {
    const opened = open(next);
    const changed = reloadable.filter((name) =>
      // The file of the documents can change, too.
      name === 'documents'
        ? !isDeepStrictEqual(opened.documents, settings.documents)
        : !isDeepStrictEqual(next[name], config[name]),
    );
    if (changed.length > 0) server.apply(opened);
    const names = Object.keys(next) as (keyof Config)[];
    const forRestart = names.filter(
      (name) => !reloadable.some((each) => each === name) && !isDeepStrictEqual(next[name], running.config[name]),
    );
    [config, settings] = [next, opened];
    log.info({ changed }, `Reloaded the configuration. Changed: ${changed.join(', ') || 'nothing'}.`);
    if (forRestart.length === 0) return;
    log.warn({ changed: forRestart }, `Restart the gateway to apply the changes of ${forRestart.join(', ')}.`);
  };
  return (read) => {
    try {
      apply(read());
    } catch (error) {
      const what = 'Cannot reload the configuration; the gateway continues with the former configuration.';
      if (error instanceof ConfigurationError) log.error({ problems: error.problems }, what);
      else log.error(error, what);
    }
  };
}
