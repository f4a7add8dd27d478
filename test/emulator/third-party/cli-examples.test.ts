import { describe, expect, it } from 'vitest';

import { emulatedServices } from '../../../src/emulator/services.ts';
import { useEmulator } from '../../support/emulator.ts';
import { hasImportableCli, reasons, useCliCommands } from '../../support/witness.ts';
import { asJson, words } from './cli-examples.ts';
import { accountExamples } from './cli-examples-account.ts';
import { auroraExamples } from './cli-examples-aurora.ts';
import { docdbSnapshotExamples } from './cli-examples-docdb.ts';
import { failoverExamples, instanceExamples } from './cli-examples-instances.ts';
import { docdbClusterExamples } from './cli-examples-rds-clusters.ts';
import { clusterExamples, snapshotExamples } from './cli-examples-redshift.ts';
import { settingExamples } from './cli-examples-settings.ts';

const emulator = await useEmulator();
const cliCommands = useCliCommands(emulator);

const allExamples = [
  snapshotExamples,
  clusterExamples,
  settingExamples,
  docdbSnapshotExamples,
  docdbClusterExamples,
  instanceExamples,
  failoverExamples,
  auroraExamples,
  accountExamples,
];

/** The operations without an example in the reference, or only one with parameters that the emulator rejects. */
const without = [
  'iam SimulatePrincipalPolicy',
  'redshift DisableLogging',
  'redshift EnableLogging',
  'redshift GetClusterCredentialsWithIAM',
  'redshift PauseCluster',
  'redshift ResumeCluster',
  // Its only example has session policies and a provider of OAuth 2.0.
  'sts AssumeRoleWithWebIdentity',
];

it("the AWS CLI's reference has examples of all other operations, and they are here", () => {
  const commands = allExamples.flatMap(({ examples }) => examples.map(({ command }) => words(command)));
  const shown = new Set(commands.map(([service, name = '']) => `${serviceOf(service)} ${name.replaceAll('-', '')}`));
  const missing = emulatedServices().flatMap(({ name, operations }) =>
    Object.keys(operations)
      .filter((operation) => !shown.has(`${name} ${operation.toLowerCase()}`))
      .map((operation) => `${name} ${operation}`),
  );
  expect(missing.toSorted()).toEqual(without);
});

/** Returns the emulated service that a command of the AWS CLI calls. */
function serviceOf(command = ''): string {
  return ['docdb', 'neptune'].includes(command) ? 'rds' : command;
}

describe.each(allExamples)("the examples of the AWS CLI's reference: $title", ({ region, world, examples }) => {
  it('get the documented answers from an SDK', async () => {
    await emulator.load(world);
    const clients = {
      redshift: emulator.redshift({ region }),
      docdb: emulator.docdb({ region }),
      rds: emulator.rds({ region }),
      kms: emulator.kms({ region }),
      sts: emulator.sts({ region }),
    };
    for (const { command, call, answer } of examples) {
      // oxlint-disable-next-line no-await-in-loop -- some examples need what others made
      const answered = await call(clients);
      expect({ command, answer: asJson(answered) }).toMatchObject({ command, answer: answer ?? {} });
    }
  });

  it('get the documented answers from the AWS CLI', async ({ skip }) => {
    skip(!hasImportableCli, reasons.importableCli);
    await emulator.load(world);
    const commands = examples.map(({ command }) => [...words(command), '--region', region]);
    const outcomes = await cliCommands(commands);
    for (const [index, { command, answer }] of examples.entries()) {
      const { status, stdout, stderr } = outcomes[index] ?? { status: -1, stdout: '', stderr: '' };
      const printed: unknown = stdout === '' ? undefined : JSON.parse(stdout);
      expect({ command, status, stderr, printed }).toMatchObject({ command, status: 0, stderr: '', printed: answer });
    }
  });
});
