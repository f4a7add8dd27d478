import {
  paginateSimulatePrincipalPolicy,
  SimulatePrincipalPolicyCommand,
  type SimulatePrincipalPolicyCommandInput,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { home, refusal, useEmulator } from '../support/emulator.ts';

const roleArn = `arn:aws:iam::${home}:role/team/reader`;
const actions = ['redshift:DeleteClusterSnapshot', 'redshift:CreateClusterSnapshot', 'rds:DeleteDBClusterSnapshot'];

const emulator = await useEmulator();
const load = (DeniedActions: string[]) =>
  emulator.load({ roles: [{ account: home, RoleName: 'reader', Path: '/team/', DeniedActions }] });
beforeEach(() => load(['redshift:Delete*']));
afterEach(async () => {
  await emulator.control('DELETE', 'faults');
});

const simulate = (input: Partial<SimulatePrincipalPolicyCommandInput> = {}) =>
  emulator.iam().send(new SimulatePrincipalPolicyCommand({ PolicySourceArn: roleArn, ActionNames: actions, ...input }));
const decisionsOf = ({ EvaluationResults = [] }: Awaited<ReturnType<typeof simulate>>) =>
  EvaluationResults.map(({ EvalDecision }) => EvalDecision);

describe('SimulatePrincipalPolicy', () => {
  it('denies what the role is denied, for all resources, and allows everything else', async () => {
    const { EvaluationResults } = await simulate();
    const evaluated = EvaluationResults?.map((each) => [each.EvalActionName, each.EvalResourceName, each.EvalDecision]);
    expect(evaluated).toEqual([
      [actions[0], '*', 'explicitDeny'],
      [actions[1], '*', 'allowed'],
      [actions[2], '*', 'allowed'],
    ]);
  });

  it.each([
    ['the action', { action: 'DeleteDBClusterSnapshot' }, 'explicitDeny'],
    ['all actions of the service', { service: 'rds' }, 'explicitDeny'],
    ['the role by name', { role: 'reader' }, 'explicitDeny'],
    ['another service', { service: 'kms' }, 'allowed'],
    ['another account', { account: '012345678901' }, 'allowed'],
    ['one region', { region: 'eu-west-1' }, 'allowed'],
  ])('with a fault rule that denies %s', async (_name, match, decision) => {
    await emulator.control('POST', 'faults', [{ ...match, kind: 'error', code: 'AccessDenied', status: 403 }]);
    const simulated = await simulate({ ActionNames: ['rds:DeleteDBClusterSnapshot'] });
    expect(decisionsOf(simulated)).toEqual([decision]);
  });

  it('has pages', async () => {
    const ResourceArns = ['us-east-1', 'eu-west-1'].map((region) => `arn:aws:redshift:${region}:${home}:snapshot:*/*`);
    const input = { PolicySourceArn: roleArn, ActionNames: actions, ResourceArns, MaxItems: 4 };
    const sizes: number[] = [];
    for await (const page of paginateSimulatePrincipalPolicy({ client: emulator.iam() }, input)) {
      sizes.push(page.EvaluationResults?.length ?? 0);
    }
    expect(sizes).toEqual([4, 2]);
  });

  it.each([
    ['a role that does not exist', { PolicySourceArn: `arn:aws:iam::${home}:role/other` }, 'NoSuchEntity', 404],
    ['the root user', { PolicySourceArn: `arn:aws:iam::${home}:root` }, 'InvalidInput', 400],
    ['a role of another account', { PolicySourceArn: 'arn:aws:iam::012345678901:role/a' }, 'InvalidInput', 400],
    ['an action without a service', { ActionNames: ['DeleteClusterSnapshot'] }, 'InvalidInput', 400],
    ['an invalid Marker', { Marker: 'x' }, 'InvalidInput', 400],
    ['too many items', { MaxItems: 1001 }, 'ValidationError', 400],
  ])('rejects %s', async (_name, input, code, status) => {
    expect(await refusal(simulate(input))).toMatchObject({ code, status });
  });

  it('is denied to a role without this permission', async () => {
    await load(['iam:SimulatePrincipalPolicy']);
    const { Credentials } = await emulator
      .sts()
      .send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'session' }));
    const { AccessKeyId = '', SessionToken = '' } = Credentials ?? {};
    const client = emulator.iam({ account: AccessKeyId, sessionToken: SessionToken });
    const command = new SimulatePrincipalPolicyCommand({ PolicySourceArn: roleArn, ActionNames: actions });
    expect(await refusal(client.send(command))).toMatchObject({ code: 'AccessDenied', status: 403 });
  });
});
