import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAudit } from '../../src/access/audit.ts';
import { createAuditSink } from '../../src/access/audit-sink.ts';
import { account, type Gateway, region, startGateway } from '../support/gateway.ts';
import { as, authenticationWith } from '../support/tokens.ts';
import { clusterId, makeCluster, makeSnapshot, snapshotArn, snapshotId } from '../support/worlds.ts';

const oneId = snapshotId('REDSHIFT', 'one');
const sharedId = snapshotId('REDSHIFT', 'shared');
const salesId = clusterId('REDSHIFT');

let lines: any[] = [];
let isBroken = false;
/** Resolves when a sink that hangs goes on. */
let hang: Promise<void> | undefined;
const complaints: unknown[] = [];
let gateway: Gateway;
beforeAll(async () => {
  const write = async (line: string) => {
    if (isBroken) throw new Error('disk full');
    await hang;
    // The AWS calls before this record.
    lines.push({ ...JSON.parse(line), calls_: (await gateway.calls()).map(({ action }) => action) });
  };
  gateway = await startGateway({
    audit: createAudit(write, (error) => complaints.push(error)),
    authenticate: authenticationWith([
      { permissions: ['SNAPSHOT_READ', 'SNAPSHOT_CREATE', 'SNAPSHOT_SHARE', 'CLUSTER_CREDENTIALS'] },
      { when: { sub: ['eve'] }, permissions: ['SNAPSHOT_DELETE'] },
    ]),
    credentials: { enabled: true, databaseUsers: ['*'], databaseGroups: [], autoCreate: false, maximumSeconds: 900 },
  });
  await gateway.load({
    clusters: [makeCluster('REDSHIFT')],
    snapshots: ['one', 'shared'].map((name) => makeSnapshot('REDSHIFT', name)),
  });
});
afterAll(() => gateway.close());

const change = async (text: string, sub = 'ada') => {
  lines = [];
  await gateway.calls();
  return (await gateway.query(`mutation { ${text} }`, {}, await as({ sub }))).data;
};

/** Lets the audit log hang; returns the function that lets it go on, and waits until it has. */
function hangUp(): () => Promise<void> {
  const end = Promise.withResolvers<void>();
  hang = end.promise;
  return async () => {
    hang = undefined;
    end.resolve();
    await expect.poll(() => lines.length).toBeGreaterThan(0);
  };
}

async function create(identifier: string) {
  const { createSnapshot } = await change(
    `createSnapshot(input: { clusterId: "${salesId}", identifier: "${identifier}" }) { __typename ... on Error { code } }`,
  );
  return createSnapshot;
}

describe('every change', () => {
  it('is recorded before and after it, with its principal, input and AWS request ids', async () => {
    const input = { clusterId: salesId, identifier: 'new', tags: [{ key: 'a', value: 'b' }] };
    await change(
      `createSnapshot(input: { clusterId: "${salesId}", identifier: "new", tags: [{ key: "a", value: "b" }] }) { __typename }`,
    );
    const [asked, done] = lines;
    expect(lines).toHaveLength(2);
    expect(asked).toMatchObject({ audit: 'asked', principal: 'ada', operation: 'createSnapshot', input, calls_: [] });
    expect(done).toMatchObject({
      audit: 'done',
      id: asked.id,
      principal: 'ada',
      outcome: 'done',
      requestIds: [expect.stringMatching(/^[\w-]{20,}$/)],
      calls: [
        {
          source: `${account}/${region}/REDSHIFT`,
          action: 'CreateClusterSnapshot',
          parameters: expect.stringContaining('"new"'),
        },
      ],
    });
    expect(done.calls_).toContain('CreateClusterSnapshot');
  });

  it('is recorded if it is a dry run or refused', async () => {
    await change(`createSnapshot(input: { clusterId: "${salesId}", identifier: "dry", dryRun: true }) { __typename }`);
    expect(lines).toMatchObject([
      { audit: 'asked' },
      { outcome: 'planned', requestIds: [], calls: [{ action: 'CreateClusterSnapshot' }] },
    ]);
    await change(`deleteSnapshot(input: { snapshotId: "${oneId}" }) { __typename }`);
    expect(lines).toMatchObject([{ operation: 'deleteSnapshot' }, { outcome: 'refused', code: 'FORBIDDEN' }]);
    await change(`deleteSnapshots(input: { snapshotIds: ["${oneId}"] }) { __typename }`);
    expect(lines).toMatchObject([{}, { outcome: 'refused', calls: [], failures: [{ id: oneId, code: 'FORBIDDEN' }] }]);
  });

  it('is recorded with its own calls and the outcome of each call', async () => {
    const share = `shareSnapshot(input: { snapshotId: "${sharedId}", accounts: ["111111111111", "222222222222"] }) { __typename }`;
    await gateway.disturb({
      kind: 'error',
      code: 'LimitExceededFault',
      status: 400,
      action: 'AuthorizeSnapshotAccess',
      nth: 2,
    });
    await change(`first: ${share} second: ${share}`);
    await gateway.disturb();
    const [first, second] = lines.filter(({ audit }) => audit === 'done');
    const requestId = expect.stringMatching(/^[\w-]{20,}$/);
    const call = (account: unknown) => ({
      action: 'AuthorizeSnapshotAccess',
      parameters: expect.stringContaining(account as string),
      requestId,
    });
    // The calls are made at the same time, so either of them can be the second.
    const [failed] = first.calls.filter(({ code }: { code?: string }) => code !== undefined);
    expect(first).toMatchObject({
      outcome: 'partial',
      code: 'QUOTA_EXCEEDED',
      calls: [call('111111111111'), call('222222222222')],
    });
    expect(failed.code).toBe('QUOTA_EXCEEDED');
    expect(second).toMatchObject({
      outcome: 'done',
      calls: [call(JSON.parse(failed.parameters).AccountWithRestoreAccess)],
    });
    expect(second.requestIds).toHaveLength(1);
    expect(first.requestIds).not.toContain(second.requestIds[0]);
  });

  it('is recorded with its calls if their outcome is unknown', async () => {
    await gateway.disturb(
      { kind: 'reset', moment: 'after', action: 'CreateClusterSnapshot' },
      { kind: 'error', code: 'AccessDenied', status: 403, action: 'DescribeClusterSnapshots', nth: [2, 3] },
    );
    await change(`createSnapshot(input: { clusterId: "${salesId}", identifier: "unknown" }) { __typename }`);
    await gateway.disturb();
    expect(lines.at(-1)).toMatchObject({
      outcome: 'unknown',
      code: 'OUTCOME_UNKNOWN',
      calls: [{ action: 'CreateClusterSnapshot', code: 'UPSTREAM' }],
    });
  });

  it('is recorded as partial if a call took effect before another one was refused', async () => {
    const share = `shareSnapshot(input: { snapshotId: "${sharedId}", accounts: ["333333333333", "444444444444"] }) { __typename }`;
    await gateway.disturb(
      { kind: 'reset', moment: 'after', action: 'AuthorizeSnapshotAccess', nth: 1 },
      { kind: 'error', code: 'LimitExceededFault', action: 'AuthorizeSnapshotAccess', nth: 2 },
    );
    await change(share);
    expect(lines.at(-1)).toMatchObject({ outcome: 'partial', code: 'QUOTA_EXCEEDED' });
    const isReadBack = { code: 'UPSTREAM', isDone: true };
    expect(lines.at(-1).calls).toEqual(expect.arrayContaining([expect.objectContaining(isReadBack)]));

    await gateway.disturb({ kind: 'error', code: 'InvalidClusterSnapshotState', action: 'DeleteClusterSnapshot' });
    const goneId = snapshotId('REDSHIFT', 'gone');
    const input = `{ snapshotIds: ["${sharedId}", "${goneId}"], revokeAccess: true, idempotencyKey: "partial" }`;
    await change(`deleteSnapshots(input: ${input}) { __typename }`, 'eve');
    const failures = [
      { id: sharedId, outcome: 'partial' },
      { id: goneId, outcome: 'refused' },
    ];
    expect(lines.at(-1)).toMatchObject({ outcome: 'partial', failures });
    await gateway.disturb();
    await change(`deleteSnapshots(input: ${input}) { __typename }`, 'eve');
    expect(lines.at(-1)).toMatchObject({ outcome: 'repeated', failures });
  });

  it('of several snapshots is recorded as partial for those that lost the access of some accounts', async () => {
    await change(
      `shareSnapshot(input: { snapshotId: "${oneId}", accounts: ["333333333333", "444444444444"] }) { __typename }`,
    );
    await gateway.disturb({ kind: 'error', code: 'AccessDenied', status: 403, action: 'RevokeSnapshotAccess', nth: 2 });
    await change(`unshareSnapshots(input: { snapshotIds: ["${oneId}"], everyone: true }) { __typename }`);
    await gateway.disturb();
    expect(lines.at(-1)).toMatchObject({ outcome: 'partial', failures: [{ id: oneId, outcome: 'partial' }] });
  });

  it('of several snapshots is recorded as unknown if that of any is unknown, and none succeeded', async () => {
    const unreadable = snapshotArn('DOCUMENTDB', 'unreadable');
    await gateway.disturb(
      { kind: 'error', code: 'InternalFailure', status: 500, action: 'DescribeDBClusterSnapshots' },
      { kind: 'reset', moment: 'before', service: 'redshift', action: 'RevokeSnapshotAccess' },
    );
    await change(
      `unshareSnapshots(input: { snapshotIds: ["${unreadable}", "${oneId}"], everyone: true }) { __typename }`,
    );
    await gateway.disturb();
    const failures = [
      { id: unreadable, outcome: 'failed' },
      { id: oneId, outcome: 'unknown' },
    ];
    expect(lines.at(-1)).toMatchObject({ outcome: 'unknown', failures });
  });

  it('is recorded without the issued password', async () => {
    const { issueClusterCredentials } = await change(
      `issueClusterCredentials(input: { clusterId: "${salesId}", databaseUser: "ada" }) { ... on IssueClusterCredentialsPayload { databasePassword } }`,
    );
    expect(issueClusterCredentials.databasePassword).toMatch(/.{8}/);
    expect(lines).toHaveLength(2);
    expect(JSON.stringify(lines)).not.toContain(issueClusterCredentials.databasePassword);
  });

  it('is refused while it cannot be recorded', async () => {
    isBroken = true;
    const data = await change(
      `createSnapshot(input: { clusterId: "${salesId}", identifier: "lost" }) { __typename ... on Error { code message } }`,
    );
    isBroken = false;
    expect(data.createSnapshot).toEqual({
      __typename: 'ForbiddenError',
      code: 'FORBIDDEN',
      message: 'The change was not started: its audit record cannot be written. Contact the operator of the gateway.',
    });
    expect(await gateway.calls()).toEqual([]);
    expect(complaints).toMatchObject([{ message: 'disk full' }]);
  });

  it('fails within a second, before AWS is called, while the audit log hangs', async () => {
    complaints.length = 0;
    const end = hangUp();
    expect(await create('late')).toMatchObject({ code: 'FORBIDDEN' });
    // While the first record is not written, the next change is refused at once.
    expect(await create('later')).toMatchObject({ code: 'FORBIDDEN' });
    expect(await gateway.calls()).toEqual([]);
    expect(complaints.splice(0)).toMatchObject([
      { message: 'The audit log is stalled: a record was not written within 750 ms.' },
      { message: 'The audit log is stalled: an earlier record has not been written yet.' },
    ]);
    await end();
    expect(await create('last')).toEqual({ __typename: 'CreateSnapshotPayload' });
  });

  it('has its response if the audit log hangs after the call; then, the next change is refused', async () => {
    complaints.length = 0;
    const asked = Promise.withResolvers<void>();
    const write = createAudit(
      async (line) => {
        lines.push(JSON.parse(line));
        if (JSON.parse(line).audit === 'done') await asked.promise;
      },
      (error) => complaints.push(error),
    );
    const make = (identifier: string) =>
      write.record({ principal: 'ada', operation: 'createSnapshot', input: {} }, [], async () => ({
        plannedCalls: [],
        identifier,
      }));
    lines = [];
    expect(await make('one')).toEqual({ plannedCalls: [], identifier: 'one' });
    expect(complaints).toMatchObject([{ message: expect.stringContaining('not written within 750 ms') }]);
    await expect(make('two')).rejects.toThrow('The change was not started');
    asked.resolve();
    const third = { plannedCalls: [], identifier: 'three' };
    await expect.poll(() => make('three').catch(() => undefined)).toEqual(third);
    expect(lines.map(({ audit }) => audit)).toEqual(['asked', 'done', 'asked', 'done']);
  });

  it('names the client: its address, user agent and request id', async () => {
    lines = [];
    const headers = { ...(await as({ sub: 'ada' })), 'x-request-id': 'deploy-7', 'user-agent': 'terraform/1' };
    await gateway.query(
      `mutation { createSnapshot(input: { clusterId: "${salesId}", identifier: "named" }) { __typename } }`,
      {},
      headers,
    );
    const client = { requestId: 'deploy-7', address: '127.0.0.1', userAgent: 'terraform/1' };
    expect(lines).toMatchObject([{ client }, { client }]);
  });

  it('is recorded on one line of a file, even if the input contains line breaks', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'snapgate-'));
    const path = join(folder, 'audit.log');
    const audit = createAudit(createAuditSink(path), () => {});
    const input = { dryRun: false, identifier: 'a\nb\u2028{"audit":"done"}' };
    const asked = { principal: 'ada\n', operation: 'createSnapshot', input };
    await Promise.all(Array.from({ length: 20 }, () => audit.record(asked, [], async () => ({ plannedCalls: [] }))));
    const written = readFileSync(path, 'utf8').trimEnd().split('\n');
    rmSync(folder, { recursive: true });
    expect(written).toHaveLength(40);
    for (const line of written) expect(JSON.parse(line)).toMatchObject(asked);
    await expect(createAuditSink('/nowhere/audit.log')('x')).rejects.toThrow('ENOENT');
  });

  it('can be read from a pipe, which cannot be flushed to a disk', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'snapgate-'));
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    const reader = openSync(path, 'r+');
    await createAuditSink(path)('a line');
    const received = Buffer.alloc(100);
    const length = readSync(reader, received);
    closeSync(reader);
    rmSync(folder, { recursive: true });
    expect(received.toString('utf8', 0, length)).toBe('a line\n');
  });
});
