import { DocDBClient } from '@aws-sdk/client-docdb';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { RDSClient } from '@aws-sdk/client-rds';
import { RedshiftClient } from '@aws-sdk/client-redshift';
import { STSClient } from '@aws-sdk/client-sts';
import { afterAll, expect } from 'vitest';
import { z } from 'zod';

import { startEmulator, type EmulatorOptions } from '../../src/emulator/server.ts';
import type { WorldJson } from '../../src/emulator/control/world-json.ts';
import { undeclaredFaults } from './declared-faults.ts';

export type { WorldJson };

/** The default account of a caller. */
export const home = '123456789012';

const jsonObject = z.record(z.string(), z.unknown());

/** The account, region and session of a client. */
export interface Caller {
  readonly account?: string;
  readonly region?: string;
  readonly sessionToken?: string;
}

/**
 * Starts an emulator on a free port, with SDK clients for it that never retry. Automated snapshots are off unless a test
 * asks for them, so that none appears or expires in the middle of a test.
 */
export async function startTestEmulator(options: EmulatorOptions = {}) {
  const { url, now, close } = await startEmulator({
    failsOnUnread: true,
    ...options,
    assumptions: { automatedSnapshots: false, ...options.assumptions },
  });
  const settings = ({ account = home, region = 'us-east-1', sessionToken }: Caller) => ({
    endpoint: url,
    region,
    maxAttempts: 1,
    credentials: { accessKeyId: account, secretAccessKey: 'secret', ...(sessionToken ? { sessionToken } : {}) },
  });
  const control = async (method: string, path: string, content?: unknown) => {
    const body = content === undefined ? null : JSON.stringify(content);
    const response = await fetch(`${url}/_emulator/${path}`, { method, body });
    return { status: response.status, content: jsonObject.parse(await response.json()) };
  };
  return {
    url,
    now,
    close,
    redshift: (caller: Caller = {}) => new RedshiftClient(settings(caller)),
    docdb: (caller: Caller = {}) => new DocDBClient(settings(caller)),
    iam: (caller: Caller = {}) => new IAMClient(settings(caller)),
    kms: (caller: Caller = {}) => new KMSClient(settings(caller)),
    rds: (caller: Caller = {}) => new RDSClient(settings(caller)),
    sts: (caller: Caller = {}) => new STSClient(settings(caller)),
    control,
    /** Replaces the world; rejects if the emulator does not accept it. */
    async load(world: WorldJson) {
      const { status, content } = await control('POST', 'world', world);
      if (status !== 200) throw new Error(String(content['error']));
    },
  };
}

/** Starts an emulator for the tests of a file; after them, checks the faults that it returned and closes it. */
export async function useEmulator(options: EmulatorOptions = {}): Promise<TestEmulator> {
  const emulator = await startTestEmulator(options);
  afterAll(async () => {
    const { content } = await emulator.control('GET', 'calls');
    await emulator.close();
    expect(undeclaredFaults(content['calls'])).toEqual([]);
  });
  return emulator;
}

/** A running emulator with its clients. */
export type TestEmulator = Awaited<ReturnType<typeof startTestEmulator>>;

const serviceError = z.object({
  Code: z.string().optional(),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional(),
});

/** The error of a failed call: the SDK's class, the wire code and the HTTP status. */
export async function refusal(
  call: Promise<unknown>,
): Promise<{ name: string; code: string | undefined; status: number | undefined }> {
  const error: unknown = await call.then(
    () => new Error('the call succeeded'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new TypeError('not an error');
  const { Code, $metadata } = serviceError.parse(error);
  return { name: error.name, code: Code, status: $metadata?.httpStatusCode };
}
