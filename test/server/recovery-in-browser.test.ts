import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedAccounts } from '../../src/emulator/seed/accounts.ts';
import { seedOptions } from '../../src/emulator/seed/seed.ts';
import { hasBrowser, openBrowser, openPage } from '../support/browser.ts';
import { accounts, type Answer, type Gateway, startGateway } from '../support/gateway.ts';
import { createPauses } from '../support/pauses.ts';
import { clusterArn, snapshotArn } from '../support/worlds.ts';

const now = '2026-06-01T12:00:00.000Z';

describe.skipIf(!hasBrowser)(
  `Recovery in GraphiQL${hasBrowser ? '' : ', in a browser, which is not installed'}`,
  () => {
    const pauses = createPauses();
    const failures: string[] = [];
    let gateway: Gateway;
    let browser: Browser;
    let page: Page;

    beforeAll(async () => {
      const seed = seedOptions(undefined, new Date(now));
      const options = {
        ...seed,
        world: { ...seed.world, now, frozen: true },
        accounts: accounts(
          seedAccounts.map(({ id }) => id),
          seedAccounts[0]?.regions,
        ),
        pause: pauses.pause,
      };
      [gateway, browser] = await Promise.all([startGateway(options), openBrowser()]);
      page = await openPage(browser);
      page.on('pageerror', (error) => failures.push(error.message));
      await page.goto(`${gateway.url}/graphql`);
    });
    afterAll(async () => {
      await browser.close();
      await gateway.close();
    });

    /** Replaces the operation in the editor, and presses the play button. */
    async function run(operation: string): Promise<void> {
      await page.locator('.graphiql-query-editor .monaco-editor').click();
      await page.keyboard.press('Control+A');
      // In a text of one line, the editor adds neither indentation nor brackets.
      await page.keyboard.insertText(operation.replaceAll(/\s+/g, ' '));
      await page.getByRole('button', { name: 'Execute query' }).click();
    }

    /** Returns the JSON in the result pane, without spaces; null while the pane shows no complete JSON. */
    async function shown(): Promise<Answer | null> {
      const lines = await page.locator('.result-window .view-line').evaluateAll((elements) =>
        elements
          .map((element) => ({ top: Number.parseFloat((element as HTMLElement).style.top), text: element.textContent }))
          .toSorted((one, other) => one.top - other.top)
          .map(({ text }) => text),
      );
      try {
        // A long line is broken, also in the middle of a string.
        return JSON.parse(lines.join('').replaceAll(/\s/g, ''));
      } catch {
        return null;
      }
    }

    const dataShown = async () => (await shown())?.data;

    /** Waits until the result pane shows this result of a field. */
    async function expectResult(field: string, result: unknown): Promise<void> {
      await expect.poll(shown).toMatchObject({ data: { [field]: result } });
    }

    /** Advances the emulated time, and lets the gateway read the progress. */
    async function elapse(advanceSeconds: number): Promise<void> {
      const pause = await pauses.next();
      await gateway.emulator.control('POST', 'clock', { advanceSeconds });
      pause.end();
    }

    /** Waits until the subscription has ended, and GraphiQL can run another operation. */
    async function expectEnd(): Promise<void> {
      await page.getByRole('button', { name: 'Execute query' }).waitFor();
      expect(pauses.held()).toBe(0);
    }

    const restored = `
    __typename
    ... on RestoreClusterPayload { cluster { identifier status } plannedCalls { action } followUpError { message } }
    ... on Error { message }
    ... on RestoreRefusedError { checks { requirement verdict message } }`;

    const follow = (arn: string) =>
      run(`subscription { clusterProgress(id: "${arn}") {
      identifier status isReachable restore { state percent restoredMegabytes totalMegabytes remainingSeconds }
    } }`);

    it('restores an Amazon Redshift snapshot, and shows the figures of AWS', async () => {
      const snapshot = snapshotArn('REDSHIFT', 'finance-dw-2019-final', { cluster: 'finance-dw-2019' });
      await run(`mutation { restoreCluster(input: {
      snapshotId: "${snapshot}" clusterIdentifier: "finance-restored" likeCluster: "${clusterArn('REDSHIFT', 'finance-dw')}"
    }) { ${restored} } }`);
      await expectResult('restoreCluster', {
        __typename: 'RestoreClusterPayload',
        cluster: { identifier: 'finance-restored', status: 'RESTORING' },
        plannedCalls: [{ action: 'RestoreFromClusterSnapshot' }, { action: 'CreateTags' }],
        followUpError: null,
      });
      await follow(clusterArn('REDSHIFT', 'finance-restored'));
      const starting = { state: 'STARTING', percent: 0, remainingSeconds: 60 };
      await expectResult('clusterProgress', { status: 'RESTORING', isReachable: false, restore: starting });
      await elapse(30);
      const restoring = { state: 'RESTORING', percent: expect.closeTo(50, 1), remainingSeconds: 30 };
      await expectResult('clusterProgress', { status: 'RESTORING', isReachable: false, restore: restoring });
      await elapse(30);
      const completed = { state: 'COMPLETED', percent: 100, remainingSeconds: 0 };
      await expectResult('clusterProgress', { status: 'AVAILABLE', isReachable: true, restore: completed });
      await expectEnd();
    });

    it('restores an Amazon DocumentDB snapshot, and creates instances until the cluster is reachable', async () => {
      const snapshot = snapshotArn('DOCUMENTDB', 'catalog-before-upgrade');
      const catalog = clusterArn('DOCUMENTDB', 'catalog-restored');
      await run(`mutation { restoreCluster(input: {
      snapshotId: "${snapshot}" clusterIdentifier: "catalog-restored" likeCluster: "${clusterArn('DOCUMENTDB', 'catalog')}"
    }) { ${restored} } }`);
      await expectResult('restoreCluster', {
        __typename: 'RestoreClusterPayload',
        cluster: { identifier: 'catalog-restored' },
        plannedCalls: [{ action: 'RestoreDBClusterFromSnapshot' }],
        followUpError: null,
      });
      await follow(catalog);
      await expectResult('clusterProgress', { isReachable: false, restore: { state: 'RESTORING', percent: 0 } });
      await elapse(45);
      await expectResult('clusterProgress', { isReachable: false, restore: { state: 'RESTORING', percent: 75 } });
      await elapse(15);
      await expectResult('clusterProgress', { status: 'AVAILABLE', isReachable: false, restore: null });
      await expectEnd();
      await run(`mutation { createClusterInstances(input: {
      clusterId: "${catalog}" instances: { class: "db.r6g.large", count: 2 }
    }) {
      __typename
      ... on CreateClusterInstancesPayload { plannedCalls { action } }
      ... on Error { message }
    } }`);
      await expectResult('createClusterInstances', {
        __typename: 'CreateClusterInstancesPayload',
        plannedCalls: [{ action: 'CreateDBInstance' }, { action: 'CreateDBInstance' }],
      });
      await run(`subscription { clusterProgress(id: "${catalog}") {
      status isReachable ... on DocumentDBCluster { instances { identifier rawStatus isWriter } }
    } }`);
      const instances = (rawStatus: string) => [
        { identifier: 'catalog-restored-1', rawStatus, isWriter: true },
        { identifier: 'catalog-restored-2', rawStatus, isWriter: false },
      ];
      await expectResult('clusterProgress', { isReachable: false, instances: instances('creating') });
      await elapse(60);
      await expectResult('clusterProgress', {
        status: 'AVAILABLE',
        isReachable: true,
        instances: instances('available'),
      });
      await expectEnd();
    });

    it('restores an Amazon DocumentDB cluster to a time', async () => {
      await run(`mutation { restoreClusterToTime(input: {
      clusterId: "${clusterArn('DOCUMENTDB', 'orders')}" clusterIdentifier: "orders-yesterday"
      point: { time: "2026-05-31T12:00:00Z" }
    }) { ${restored} } }`);
      await expectResult('restoreClusterToTime', {
        __typename: 'RestoreClusterPayload',
        cluster: { identifier: 'orders-yesterday' },
        plannedCalls: [{ action: 'RestoreDBClusterToPointInTime' }],
      });
      await follow(clusterArn('DOCUMENTDB', 'orders-yesterday'));
      await expectResult('clusterProgress', { restore: { state: 'RESTORING', percent: 0 } });
      await elapse(30);
      await expectResult('clusterProgress', { restore: { state: 'RESTORING', percent: 50 } });
      await elapse(30);
      await expectResult('clusterProgress', { identifier: 'orders-yesterday', status: 'AVAILABLE', restore: null });
      await expectEnd();
    });

    it('restores a table', async () => {
      await run(`mutation { restoreTable(input: {
      snapshotId: "${snapshotArn('REDSHIFT', 'sales-2021-close', { cluster: 'sales-warehouse' })}"
      clusterId: "${clusterArn('REDSHIFT', 'sales-warehouse')}"
      source: { database: "sales_warehouse", table: "orders" } target: { table: "orders_2021" }
    }) {
      __typename
      ... on RestoreTablePayload { request { id restoreState targetTable { database schema table } } }
      ... on Error { message }
    } }`);
      await expectResult('restoreTable', {
        request: {
          restoreState: 'PENDING',
          targetTable: { database: 'sales_warehouse', schema: 'public', table: 'orders_2021' },
        },
      });
      const { id } = (await dataShown()).restoreTable.request;
      await run(`subscription { tableRestoreProgress(id: "${id}") {
        restoreState restoredMegabytes totalMegabytes
      } }`);
      await expectResult('tableRestoreProgress', { restoreState: 'PENDING', restoredMegabytes: 0 });
      const total = (await dataShown()).tableRestoreProgress.totalMegabytes;
      expect(total).toBeGreaterThan(1);
      await elapse(30);
      const half = Math.floor(total / 2);
      await expectResult('tableRestoreProgress', { restoreState: 'IN_PROGRESS', restoredMegabytes: half });
      await elapse(30);
      await expectResult('tableRestoreProgress', { restoreState: 'SUCCEEDED', restoredMegabytes: total });
      await expectEnd();
    });

    it('raises no error', () => {
      expect(failures).toEqual([]);
    });
  },
);
