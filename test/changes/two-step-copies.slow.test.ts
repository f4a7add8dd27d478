import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { account, type Gateway, startGateway } from '../support/gateway.ts';
import { makeSnapshot, sharedSnapshotId, snapshotArn, snapshotId } from '../support/worlds.ts';
import {
  automated,
  clean,
  copying,
  far,
  inputsOf,
  intermediateKey,
  keyHere,
  keyThere,
  other,
  settings,
  stranger,
  to,
  world,
} from './account-copies.ts';

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
  await gateway.calls();
});

describe('a copy to another account', () => {
  it.each([
    ['an unencrypted snapshot', to('plain')],
    ['a snapshot under a customer key', to('sealed', { kmsKeyId: keyHere })],
  ])('shares %s and copies it in its region', async (_name, input) => {
    const { answer, requests, inputs } = await on.walk(input);
    expect(requests).toEqual([
      [
        'AddTagsToResource own us-east-1',
        'ModifyDBClusterSnapshotAttribute own us-east-1',
        'CopyDBClusterSnapshot other us-east-1',
      ],
      ['ModifyDBClusterSnapshotAttribute own us-east-1', 'RemoveTagsFromResource own us-east-1'],
    ]);
    const { kmsKeyId } = input as { kmsKeyId?: string };
    expect(inputs[1]).toMatchObject({ AttributeName: 'restore', ValuesToAdd: [other] });
    expect(inputs[2]).toEqual({
      SourceDBClusterSnapshotIdentifier: snapshotArn('DOCUMENTDB', kmsKeyId ? 'sealed' : 'plain'),
      TargetDBClusterSnapshotIdentifier: 'copied',
      ...(kmsKeyId && { KmsKeyId: kmsKeyId }),
    });
    expect(inputs[3]).toMatchObject({ ValuesToRemove: [other] });
    const copied = { identifier: 'copied', status: 'AVAILABLE', source: { account: other, region: 'us-east-1' } };
    expect(answer.snapshot).toMatchObject({ ...copied, kmsKeyId: kmsKeyId ?? null, tags: [] });
    expect(await on.whatIsLeft()).toEqual({ ...clean, added: ['other us-east-1 copied'] });
  });

  it('copies a snapshot under a key that cannot be shared to another region in four requests', async () => {
    const input = to('defaulted', { ...far, kmsKeyId: keyThere, intermediateKmsKeyId: 'alias/between' });
    const { answer, requests, inputs } = await on.walk(input);
    expect(requests).toEqual([
      ['CopyDBClusterSnapshot own us-east-1'],
      ['ModifyDBClusterSnapshotAttribute own us-east-1', 'CopyDBClusterSnapshot other us-east-1'],
      ['CopyDBClusterSnapshot other eu-west-1'],
      [
        'ModifyDBClusterSnapshotAttribute own us-east-1',
        'DeleteDBClusterSnapshot own us-east-1',
        'DeleteDBClusterSnapshot other us-east-1',
      ],
    ]);
    const name = inputs[0].TargetDBClusterSnapshotIdentifier;
    expect(name).toMatch(/^snapgate-copy-[\da-f]{40}$/);
    const tags = [
      { Key: 'snapgate:copy-of', Value: snapshotArn('DOCUMENTDB', 'defaulted') },
      { Key: 'snapgate:copy-target', Value: `${other}/eu-west-1/copied` },
    ];
    expect(inputs.slice(0, 4)).toEqual([
      {
        SourceDBClusterSnapshotIdentifier: 'defaulted',
        TargetDBClusterSnapshotIdentifier: name,
        KmsKeyId: 'alias/between',
        Tags: tags,
      },
      { DBClusterSnapshotIdentifier: name, AttributeName: 'restore', ValuesToAdd: [other] },
      {
        SourceDBClusterSnapshotIdentifier: snapshotArn('DOCUMENTDB', name),
        TargetDBClusterSnapshotIdentifier: name,
        KmsKeyId: 'alias/aws/rds',
        Tags: tags,
      },
      {
        SourceDBClusterSnapshotIdentifier: snapshotArn('DOCUMENTDB', name, { account: other }),
        TargetDBClusterSnapshotIdentifier: 'copied',
        KmsKeyId: keyThere,
      },
    ]);
    expect(answer.snapshot).toMatchObject({ kmsKeyId: keyThere, source: { account: other, region: 'eu-west-1' } });
    expect(await on.whatIsLeft()).toEqual({ ...clean, added: ['other eu-west-1 copied'] });
    expect(await on.copy(input)).toMatchObject({ plannedCalls: [], remainingCalls: [], made: [] });
  });

  it('copies such a snapshot within its region in three requests', async () => {
    const { answer, requests } = await on.walk(
      to('defaulted', { kmsKeyId: keyHere, intermediateKmsKeyId: intermediateKey }),
    );
    expect(requests).toEqual([
      ['CopyDBClusterSnapshot own us-east-1'],
      ['ModifyDBClusterSnapshotAttribute own us-east-1', 'CopyDBClusterSnapshot other us-east-1'],
      ['ModifyDBClusterSnapshotAttribute own us-east-1', 'DeleteDBClusterSnapshot own us-east-1'],
    ]);
    expect(answer.snapshot).toMatchObject({ kmsKeyId: keyHere });
    expect(await on.whatIsLeft()).toEqual({ ...clean, added: ['other us-east-1 copied'] });
  });

  it.each([
    ['an unencrypted automated snapshot', automated, {}],
    ['an automated snapshot under a customer key', `${automated}-sealed`, { kmsKeyId: keyThere }],
    [
      'a snapshot under a customer key that the target account cannot use',
      'private',
      { kmsKeyId: keyThere, intermediateKmsKeyId: intermediateKey },
    ],
  ])('makes an intermediate copy of %s', async (_name, name, more) => {
    const { requests, inputs } = await on.walk(to(name, { ...far, ...more }));
    expect(requests.map(([first]) => first)).toEqual([
      'CopyDBClusterSnapshot own us-east-1',
      'ModifyDBClusterSnapshotAttribute own us-east-1',
      'CopyDBClusterSnapshot other eu-west-1',
      'ModifyDBClusterSnapshotAttribute own us-east-1',
    ]);
    expect(inputs[0].KmsKeyId).toBe((more as { intermediateKmsKeyId?: string }).intermediateKmsKeyId);
    expect(await on.whatIsLeft()).toEqual({ ...clean, added: ['other eu-west-1 copied'] });
  });

  it('leaves a share that existed before', async () => {
    const { requests } = await on.walk(to('shared', far));
    expect(requests).toEqual([
      ['CopyDBClusterSnapshot other us-east-1'],
      ['CopyDBClusterSnapshot other eu-west-1'],
      ['DeleteDBClusterSnapshot other us-east-1'],
    ]);
    expect(await on.whatIsLeft()).toEqual({ ...clean, added: ['other eu-west-1 copied'] });
  });

  it('removes the share only after the last of several copies', async () => {
    await on.copy(to('plain'));
    await on.copy(to('plain', { identifier: 'second' }));
    await on.later();
    expect((await on.copy(to('plain'))).made).toEqual(['RemoveTagsFromResource own us-east-1']);
    expect((await on.whatIsLeft()).shared).toEqual(['plain', 'shared']);
    await on.copy(to('plain', { identifier: 'second' }));
    expect(await on.whatIsLeft()).toMatchObject(clean);
  });

  it('gives the copy its tags, and the intermediate copies too', async () => {
    const input = to('plain', { ...far, copyTags: true, tags: [{ key: 'kind', value: 'dr' }] });
    const { answer, inputs } = await on.walk(input);
    const tags = [
      { key: 'team', value: 'bi' },
      { key: 'kind', value: 'dr' },
    ];
    expect(answer.snapshot.tags.toSorted((one: any, two: any) => (one.key > two.key ? -1 : 1))).toEqual(tags);
    expect(inputs[2].Tags.map(({ Key }: any) => Key)).toEqual([
      'team',
      'kind',
      'snapgate:copy-of',
      'snapgate:copy-target',
    ]);
  });
});

describe('a copy to another account is refused before anything is sent', () => {
  it.each([
    ['for Amazon Redshift', { snapshotId: snapshotId('REDSHIFT', 'manual'), targetAccount: other }, 'NOT_SUPPORTED'],
    [
      'with an intermediate key for Amazon Redshift',
      { snapshotId: snapshotId('REDSHIFT', 'manual'), intermediateKmsKeyId: intermediateKey },
      'NOT_SUPPORTED',
    ],
    [
      'of a snapshot of another account',
      { snapshotId: sharedSnapshotId(account, 'DOCUMENTDB', 'foreign', { account: stranger }) },
      'NOT_SUPPORTED',
    ],
    ['to an account that is not configured', { targetAccount: stranger }, 'INVALID_INPUT', 'targetAccount'],
    ['to a region that is not configured', { targetRegion: 'mars-west-1' }, 'INVALID_INPUT', 'targetRegion'],
    ['with a key, if the snapshot has none', { kmsKeyId: keyHere }, 'INVALID_INPUT', 'kmsKeyId'],
    [
      'with an intermediate key, if the snapshot has none',
      { intermediateKmsKeyId: intermediateKey },
      'INVALID_INPUT',
      'intermediateKmsKeyId',
    ],
    ['without a key', to('sealed'), 'INVALID_INPUT', 'kmsKeyId'],
    ['with a key of another region', to('sealed', { kmsKeyId: keyThere }), 'INVALID_INPUT', 'kmsKeyId'],
    ['without an intermediate key', to('defaulted', { kmsKeyId: keyHere }), 'INVALID_INPUT', 'intermediateKmsKeyId'],
    [
      'with the default key between',
      to('defaulted', { kmsKeyId: keyHere, intermediateKmsKeyId: 'alias/aws/rds' }),
      'INVALID_INPUT',
      'intermediateKmsKeyId',
    ],
    ['without another account', { targetAccount: null, intermediateKmsKeyId: intermediateKey }, 'INVALID_INPUT'],
    ['under a name that is in use', { identifier: 'Taken' }, 'ALREADY_EXISTS'],
    ['of a snapshot that is not available', to('unfinished'), 'INVALID_STATE'],
  ])('%s', async (_name, more, code, field?: string) => {
    const answer = await on.copy({ ...to('plain'), ...more });
    expect(answer).toMatchObject({ code, fault: null, made: [], ...(field && { field: ['input', field] }) });
  });

  it('if AWS KMS does not describe the key of the snapshot', async () => {
    await gateway.disturb({ kind: 'error', service: 'kms', code: 'AccessDeniedException', status: 400 });
    const answer = await on.copy(to('sealed', { kmsKeyId: keyHere }));
    expect(answer).toMatchObject({ code: 'INVALID_INPUT', field: ['input', 'intermediateKmsKeyId'], made: [] });
  });

  it('if an intermediate copy has lost its tags, or is another snapshot of that name', async () => {
    const input = to('plain', far);
    const planned = await on.copy({ ...input, dryRun: true });
    const name = inputsOf(planned.plannedCalls)[2].TargetDBClusterSnapshotIdentifier;
    const tags = {
      'snapgate:copy-of': snapshotArn('DOCUMENTDB', 'plain'),
      'snapgate:copy-target': `${other}/eu-west-1/copied`,
    };
    const origin = { SourceDBClusterSnapshotArn: snapshotArn('DOCUMENTDB', 'plain') };
    const foreigners = [
      makeSnapshot('DOCUMENTDB', name, { account: other, tags }),
      { ...makeSnapshot('DOCUMENTDB', name, { account: other }), ...origin },
      {
        ...makeSnapshot('DOCUMENTDB', name, { account: other, tags }),
        SourceDBClusterSnapshotArn: snapshotArn('DOCUMENTDB', 'shared'),
      },
    ];
    for (const foreigner of foreigners) {
      // oxlint-disable-next-line no-await-in-loop -- one world at a time
      await gateway.load({ ...world, snapshots: [...world.snapshots, foreigner] });
      // oxlint-disable-next-line no-await-in-loop -- the same
      expect(await on.copy(input)).toMatchObject({ code: 'ALREADY_EXISTS', made: [] });
    }
  });
});
