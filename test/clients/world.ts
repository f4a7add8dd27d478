import { expect, inject } from 'vitest';

/** The gateway under test. */
export const gateway = { url: inject('url') };

/** The gateway, without its cache. */
export const fresh = { ...gateway, headers: () => ({ 'cache-control': 'no-cache' }) };

/** The account of the first sources of a list. */
export const firstAccount = '012345678901';

/** The manual snapshots of one region: several pages, of both services, and of sources of three accounts. */
export const manual = { types: ['MANUAL'], regions: ['us-east-1'] };

export const salesWarehouse = 'arn:aws:redshift:us-east-1:123456789012:cluster:sales-warehouse';

/** Sends a control request to the emulator. */
export async function control(path: string, method: 'POST' | 'DELETE', body?: object): Promise<void> {
  const response = await fetch(`${inject('emulator')}/_emulator/${path}`, { method, body: JSON.stringify(body) });
  expect(response.status, await response.text()).toBeLessThan(300);
}

/** Denies every AWS call in an account until the faults are removed. */
export function deny(account: string): Promise<void> {
  return control('faults', 'POST', [{ kind: 'error', code: 'AccessDenied', status: 403, account }] as never);
}

/** Sends an operation without any client, and returns its data. The response bypasses the cache of the gateway. */
export async function ask(query: string, variables: object = {}) {
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'cache-control': 'no-cache' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  expect(errors).toBeUndefined();
  return data;
}

/** Returns the ids of all snapshots that match, in the order of the list. */
export async function everyId(filter: object): Promise<string[]> {
  const text = 'query ($filter: SnapshotFilter) { snapshots(first: 100, filter: $filter) { nodes { id } } }';
  const { snapshots } = await ask(text, { filter });
  return snapshots.nodes.map(({ id }: { id: string }) => id);
}

let count = 0;
/** Returns the name of a new snapshot. */
export const newName = () => `clients-${process.pid}-${Date.now()}-${(count += 1)}`;

/** A report as the tests compare it. */
export interface Reported {
  readonly source: { readonly id: string; readonly account: string };
  readonly status: string;
  readonly error: { readonly code: string; readonly message: string; readonly requestId: string | null } | null;
  readonly fetchedAt: string | null;
  readonly awsCalls: number;
}

/** Expects what a list must report when all its pages were read, and one account was denied on the first page. */
export function expectDenied(sources: readonly Reported[], denied: string): void {
  expect(sources).toHaveLength(6);
  for (const { source, status, error, fetchedAt, awsCalls } of sources) {
    const isDenied = source.account === denied;
    expect([status, error?.code ?? null]).toEqual(isDenied ? ['DENIED', 'FORBIDDEN'] : ['COMPLETE', null]);
    // The message of AWS, with its request id, is only on the page that met the failure.
    if (isDenied) expect(error?.requestId).toMatch(/\w/);
    expect(fetchedAt !== null).toBe(!isDenied);
    expect(awsCalls).toBeGreaterThan(0);
  }
}
