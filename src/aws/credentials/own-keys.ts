import { createHash } from 'node:crypto';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { loadSharedConfigFiles } from '@smithy/core/config';
import type { AwsCredentialIdentity } from '@smithy/types';
import { ForbiddenError } from '../../errors.ts';
import { areKeysRefused } from '../fault-table.ts';
import type { CompleteSettings } from '../settings.ts';
import { createStsRequestHandler, patienceSeconds } from '../sts.ts';
import { isOtherAccount } from './identity.ts';
import { createKeyMemory, nextEvent } from './key-memory.ts';
import { createRegionHealth } from './regional.ts';

/** The gateway's own keys, from the SDK's environment or profile; all sources and roles share them. */
export interface OwnKeys {
  get(region: string): Promise<AwsCredentialIdentity>;
  /**
   * Reads the keys again if AWS refused them, or they belong to another account, in a call that started at `since`, in
   * the order of `nextEvent`. Resolves with whether the keys have been replaced since then; never rejects.
   */
  replace(error: unknown, region: string, since: number): Promise<boolean>;
}

/** How often refused keys are read again while the files of the SDK do not change, in milliseconds. */
const rereadMilliseconds = 10_000;

/** Creates the keys, without reading them. */
export function createOwnKeys(settings: CompleteSettings): OwnKeys {
  const { credentials, timeouts } = settings;
  if (credentials) return { get: async () => credentials, replace: async () => false };
  const chains = new Map<string, ReturnType<typeof fromNodeProviderChain>>();
  const chainOf = (region: string) => {
    const requestHandler = createStsRequestHandler(settings);
    const chain =
      chains.get(region) ??
      // Without `ignoreCache`, the SDK reads each file once for the whole life of the process.
      fromNodeProviderChain({
        ignoreCache: true,
        // AWS IAM Identity Center has its own region, and ignores the options of the parent client.
        clientConfig: { requestHandler },
        parentClientConfig: { region, requestHandler },
      });
    chains.set(region, chain);
    return chain;
  };

  let last: AwsCredentialIdentity | undefined;
  let changedAt = -Infinity;
  let readAt = -Infinity;
  let files = '';
  const memory = createKeyMemory(
    async (region) => {
      files = await readFiles();
      const keys = await chainOf(region)({ forceRefresh: true });
      readAt = performance.now();
      // The first keys replace none.
      if (last && !isSame(keys, last)) changedAt = nextEvent();
      last = keys;
      return keys;
    },
    patienceSeconds(timeouts),
    createRegionHealth(),
  );

  let underway: Promise<void> | undefined;
  const reread = async (region: string) => {
    try {
      const isOld = performance.now() - readAt >= rereadMilliseconds;
      if (isOld || (await readFiles()) !== files) await memory.renew(region);
    } catch {
      // The refusal of the current keys is reported instead.
    } finally {
      underway = undefined;
    }
  };
  return {
    get: (region) => memory.get(region),
    replace: async (error, region, since) => {
      if (!(error instanceof ForbiddenError)) return false;
      if (!areKeysRefused(error.fault) && !isOtherAccount(error)) return false;
      if (changedAt < since) await (underway ??= reread(region));
      return changedAt >= since;
    },
  };
}

/** Returns a digest of the SDK's configuration and credentials files, to compare them. */
async function readFiles(): Promise<string> {
  const contents = JSON.stringify(await loadSharedConfigFiles({ ignoreCache: true }));
  return createHash('sha256').update(contents).digest('base64');
}

function isSame(one: AwsCredentialIdentity, other: AwsCredentialIdentity): boolean {
  return (
    one.accessKeyId === other.accessKeyId &&
    one.secretAccessKey === other.secretAccessKey &&
    one.sessionToken === other.sessionToken
  );
}
