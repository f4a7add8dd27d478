import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAudit } from '../../src/access/audit.ts';
import { deletionSettings } from '../../src/access/policy/deletion.ts';
import { restoreSettings } from '../../src/access/policy/restores.ts';
import { sharingSettings } from '../../src/access/policy/sharing.ts';
import type { Permission } from '../../src/snapshots/permission.ts';
import { account, type Gateway, startGateway } from '../support/gateway.ts';
import { as, authenticationWith } from '../support/tokens.ts';
import { snapshotId } from '../support/worlds.ts';
import { answersLost } from './lost-answers.ts';
import {
  clean,
  copying,
  far,
  inputsOf,
  intermediateKey,
  keyThere,
  other,
  privateKey,
  settings,
  to,
  world,
} from './account-copies.ts';

const sealed = to('defaulted', { ...far, kmsKeyId: keyThere, intermediateKmsKeyId: intermediateKey });

describe('a copy to another account that does not go well', () => {
  let gateway: Gateway;
  let on: ReturnType<typeof copying>;
  beforeAll(async () => {
    gateway = await startGateway(settings);
    on = copying(gateway);
  });
  afterAll(() => gateway.close());
  beforeEach(async () => {
    await gateway.disturb();
    await gateway.load(world);
  });

  it.each(['AddTagsToResource', 'ModifyDBClusterSnapshotAttribute', 'CopyDBClusterSnapshot'])(
    'continues after a lost response to %s',
    async (action) => {
      for (const loss of answersLost) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await gateway.load(world);
        // oxlint-disable-next-line no-await-in-loop -- the same
        await gateway.disturb({ ...loss, action, times: 1 });
        // oxlint-disable-next-line no-await-in-loop -- the same
        const first = await on.copy(to('plain', far));
        expect(['CopySnapshotPayload', 'OutcomeUnknownError']).toContain(first.__typename);
        expect(first.made.filter((call: string) => call.startsWith(action))).toHaveLength(1);
        // oxlint-disable-next-line no-await-in-loop -- the same
        await gateway.disturb();
        // oxlint-disable-next-line no-await-in-loop -- the same
        const { answer } = await on.walk(to('plain', far));
        expect(answer.snapshot).toMatchObject({ status: 'AVAILABLE' });
        // oxlint-disable-next-line no-await-in-loop -- the same
        expect(await on.whatIsLeft()).toEqual({ ...clean, added: ['other eu-west-1 copied'] });
      }
    },
  );

  it('removes what it has made if AWS refuses a step for good, and can start again', async () => {
    const input = to('defaulted', { ...far, kmsKeyId: keyThere, intermediateKmsKeyId: privateKey });
    await on.copy(input);
    await on.later();
    const refused = await on.copy(input);
    expect(refused).toMatchObject({
      __typename: 'ForbiddenError',
      fault: 'KMSKeyNotAccessibleFault',
      made: [
        'ModifyDBClusterSnapshotAttribute own us-east-1',
        'CopyDBClusterSnapshot other us-east-1',
        'ModifyDBClusterSnapshotAttribute own us-east-1',
        'DeleteDBClusterSnapshot own us-east-1',
      ],
    });
    expect(refused.message).toMatch(/intermediate copies were removed. Repeat the mutation to start again/);
    expect(await on.whatIsLeft()).toEqual({ ...clean, added: [] });
    expect((await on.walk(sealed)).answer.snapshot).toMatchObject({ kmsKeyId: keyThere });
  });

  it('removes the share of the snapshot too', async () => {
    const answer = await on.copy(to('private', { ...far, kmsKeyId: keyThere }));
    expect(answer).toMatchObject({ __typename: 'ForbiddenError', fault: 'KMSKeyNotAccessibleFault' });
    expect(await on.whatIsLeft()).toEqual({ ...clean, added: [] });
  });

  it('keeps what it has made if a step can succeed later', async () => {
    await gateway.disturb({ kind: 'error', action: 'CopyDBClusterSnapshot', code: 'SnapshotQuotaExceeded' });
    expect(await on.copy(to('plain', far))).toMatchObject({ code: 'QUOTA_EXCEEDED' });
    await gateway.disturb();
    expect((await on.copy(to('plain', far))).made).toEqual(['CopyDBClusterSnapshot other us-east-1']);
  });

  it.each([
    ['the intermediate copy in the own account', 1, account, ['DeleteDBClusterSnapshot own us-east-1']],
    [
      'the intermediate copy in the target account',
      2,
      other,
      [
        'ModifyDBClusterSnapshotAttribute own us-east-1',
        'DeleteDBClusterSnapshot own us-east-1',
        'DeleteDBClusterSnapshot other us-east-1',
      ],
    ],
    [
      'the copy',
      3,
      other,
      [
        'ModifyDBClusterSnapshotAttribute own us-east-1',
        'DeleteDBClusterSnapshot own us-east-1',
        'DeleteDBClusterSnapshot other us-east-1',
        'DeleteDBClusterSnapshot other eu-west-1',
      ],
    ],
  ])('removes everything if %s has failed, reports it, and starts again', async (_name, requests, owner, removed) => {
    for (let request = 0; request < requests; request += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one request at a time
      await on.copy(sealed);
      // oxlint-disable-next-line no-await-in-loop -- the same
      await on.later();
    }
    const { content } = await gateway.emulator.control('GET', 'world');
    const all = content['snapshots'] as any[];
    const isLast = (each: any) =>
      requests === 3
        ? each.DBClusterSnapshotIdentifier === 'copied'
        : each.account === owner && each.DBClusterSnapshotIdentifier?.startsWith('snapgate-copy');
    const { ReadyTime: _ready, ...last } = all.find(isLast);
    const broken = all.map((each) => (isLast(each) ? { ...last, Status: 'failed' } : each));
    await gateway.load({ ...content, frozen: true, snapshots: broken });

    const planned = await on.copy({ ...sealed, dryRun: true });
    expect(planned).toMatchObject({ snapshot: null, made: [] });
    expect(planned.plannedCalls).toHaveLength(removed.length);
    expect(planned.remainingCalls).toHaveLength(7);
    const failed = await on.copy(sealed);
    expect(failed).toMatchObject({ __typename: 'InvalidStateError', reason: 'NOT_AVAILABLE', made: removed });
    expect(await on.whatIsLeft()).toEqual({ ...clean, added: [] });
    expect((await on.walk(sealed)).answer.snapshot).toMatchObject({ status: 'AVAILABLE' });
  });

  it('returns the first outcome for the same idempotency key, and continues with a new one', async () => {
    const first = await on.copy({ ...sealed, idempotencyKey: 'one' });
    await on.later();
    const repeated = await on.copy({ ...sealed, idempotencyKey: 'one' });
    expect(repeated).toMatchObject({ made: [], plannedCalls: first.plannedCalls });
    expect(repeated.remainingCalls).toEqual(first.remainingCalls);
    expect((await on.copy({ ...sealed, idempotencyKey: 'two' })).made).toHaveLength(2);
  });
});

describe('permissions and policies of a copy to another account', () => {
  const needed: Permission[] = ['SNAPSHOT_READ', 'SNAPSHOT_COPY', 'SNAPSHOT_SHARE', 'SNAPSHOT_DELETE'];
  const audited: any[] = [];
  let gateway: Gateway;
  let on: ReturnType<typeof copying>;
  beforeAll(async () => {
    gateway = await startGateway({
      ...settings,
      authenticate: authenticationWith([
        { when: { role: 'all' }, permissions: needed },
        { when: { role: 'source' }, permissions: needed, accounts: [account] },
        { when: { role: 'source' }, permissions: ['SNAPSHOT_READ'], accounts: [other] },
        { when: { role: 'target' }, permissions: needed, accounts: [other] },
        { when: { role: 'target' }, permissions: ['SNAPSHOT_READ'], accounts: [account] },
        ...needed.map((each) => ({
          when: { role: `without ${each}` },
          permissions: [...new Set<Permission>(['SNAPSHOT_READ', ...needed.filter((other) => other !== each)])],
        })),
        { when: { role: 'team' }, permissions: needed, tags: { team: 'bi' } },
        { when: { role: 'tagger' }, permissions: ['SNAPSHOT_READ', 'SNAPSHOT_TAG', 'SNAPSHOT_DELETE'] },
      ]),
      audit: createAudit(
        async (line) => void audited.push(JSON.parse(line)),
        () => {},
      ),
      policy: {
        sharing: sharingSettings.parse({ accounts: [other], kmsKeys: [keyThere, intermediateKey] }),
        deletion: deletionSettings.parse([{ holdTags: ['hold'], keepLast: true, perHour: 0 }]),
        restore: restoreSettings.parse({ exportRegions: ['eu-west-1'], exportAccounts: [other] }),
      },
    });
    on = copying(gateway);
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.load(world));

  const copyAs = async (role: string, input: object) => on.copy(input, await as({ role }));

  it.each(['source', 'target', 'without SNAPSHOT_COPY', 'without SNAPSHOT_SHARE', 'without SNAPSHOT_DELETE'])(
    'refuses callers who lack a permission before anything is sent: %s',
    async (role) => {
      for (const input of [sealed, to('plain', far)]) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        expect(await copyAs(role, input)).toMatchObject({ code: 'FORBIDDEN', fault: null, made: [] });
      }
    },
  );

  it('needs SNAPSHOT_DELETE only for intermediate copies', async () => {
    expect(await copyAs('without SNAPSHOT_DELETE', to('plain'))).toMatchObject({ __typename: 'CopySnapshotPayload' });
  });

  it('requires that the new snapshots satisfy grants that depend on tags', async () => {
    expect(await copyAs('team', to('plain', far))).toMatchObject({ code: 'FORBIDDEN', made: [] });
    expect(await copyAs('team', to('plain', { ...far, copyTags: true }))).toMatchObject({
      __typename: 'CopySnapshotPayload',
    });
  });

  it('deletes its intermediate copies regardless of keepLast and of the hourly limit, and audits each request', async () => {
    audited.length = 0;
    const all = { answer: undefined as any, made: [] as string[][] };
    do {
      // oxlint-disable-next-line no-await-in-loop -- one request at a time
      all.answer = await copyAs('all', sealed);
      all.made.push(all.answer.made);
      // oxlint-disable-next-line no-await-in-loop -- the same
      await on.later();
    } while (all.answer.remainingCalls?.length > 0);
    expect(await on.whatIsLeft()).toEqual({ ...clean, added: ['other eu-west-1 copied'] });
    const sent = audited.flatMap(({ calls = [] }) => calls.map(({ action }: any) => action));
    expect(sent).toEqual(all.made.flat().map((call) => call.split(' ')[0]));
    expect(audited.every(({ operation, input }) => operation === 'copySnapshot' && input.targetAccount === other)).toBe(
      true,
    );
  });

  it('does not count an intermediate copy as a snapshot that remains', async () => {
    const only = world.snapshots.filter((each) => JSON.stringify(each).includes('"defaulted"'));
    await gateway.load({ ...world, snapshots: only });
    await copyAs('all', sealed);
    await on.later();
    const { data } = await gateway.query(
      'mutation ($input: DeleteSnapshotInput!) { deleteSnapshot(input: $input) { ... on Error { code } ... on InvalidStateError { reason } } }',
      { input: { snapshotId: snapshotId('DOCUMENTDB', 'defaulted') } },
      await as({ role: 'all' }),
    );
    expect(data.deleteSnapshot).toEqual({ code: 'INVALID_STATE', reason: 'LAST_SNAPSHOT' });
  });

  it('does not delete an intermediate copy with a hold tag', async () => {
    const input = to('plain', { ...far, tags: [{ key: 'hold', value: 'legal' }] });
    const first = await copyAs('all', input);
    const { Tags, TargetDBClusterSnapshotIdentifier: name } = inputsOf(first.plannedCalls)[2];
    expect(Tags.map(({ Key }: any) => Key)).not.toContain('hold');
    await on.later();
    const { content } = await gateway.emulator.control('GET', 'world');
    const held = (content['snapshots'] as any[]).map((each) =>
      each.DBClusterSnapshotIdentifier === name ? { ...each, Tags: [...each.Tags, { Key: 'hold', Value: '' }] } : each,
    );
    await gateway.load({ ...content, frozen: true, snapshots: held });
    expect(await copyAs('all', input)).toMatchObject({ code: 'INVALID_STATE', reason: 'HELD', made: [] });
  });

  it.each([
    ['a region that is not listed', {}, 'FORBIDDEN', { exportAccounts: [other] }],
    ['an account that is not listed', {}, 'FORBIDDEN', { exportRegions: ['eu-west-1'] }],
    ['an intermediate key that is not listed', { intermediateKmsKeyId: privateKey }, 'FORBIDDEN'],
    ['a key that is not listed', { kmsKeyId: 'alias/other' }, 'FORBIDDEN'],
    ['an account that snapshots cannot be shared with', {}, 'SHARING_REFUSED', undefined, []],
  ])('refuses %s', async (_name, more, code, restore?: object, sharedWith: string[] = [other]) => {
    const strict = await startGateway({
      ...settings,
      policy: {
        sharing: sharingSettings.parse({ accounts: sharedWith, kmsKeys: [keyThere, intermediateKey] }),
        restore: restoreSettings.parse(restore ?? { exportRegions: ['eu-west-1'], exportAccounts: [other] }),
      },
    });
    await strict.load(world);
    expect(await copying(strict).copy({ ...sealed, ...more })).toMatchObject({ code, fault: null, made: [] });
    await strict.close();
  });

  it.each([
    ['listed', ['eu-west-1'], null],
    ['not listed', [], 'FORBIDDEN'],
  ])('applies to copies within an account to another region: %s', async (_name, exportRegions, code) => {
    const strict = await startGateway({
      ...settings,
      policy: { restore: restoreSettings.parse({ exportRegions }) },
    });
    await strict.load(world);
    const at = copying(strict);
    const within = { snapshotId: snapshotId('DOCUMENTDB', 'plain'), identifier: 'copied' };
    const answer = await at.copy({ ...within, ...far });
    expect(answer.code ?? null).toBe(code);
    expect(answer.made).toHaveLength(code === null ? 1 : 0);
    expect(await at.copy({ ...within, identifier: 'here' })).toMatchObject({ remainingCalls: [] });
    await strict.close();
  });
});
