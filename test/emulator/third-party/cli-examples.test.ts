import { describe, expect, it } from 'vitest';

import { useEmulator } from '../../support/emulator.ts';
import { cliCommands, hasImportableCli, reasons } from '../../support/witness.ts';
import { asJson, words } from './cli-examples.ts';
import { accountExamples } from './cli-examples-account.ts';
import { auroraExamples } from './cli-examples-aurora.ts';
import { docdbSnapshotExamples } from './cli-examples-docdb.ts';
import { instanceExamples } from './cli-examples-instances.ts';
import { docdbClusterExamples } from './cli-examples-rds-clusters.ts';
import { clusterExamples, snapshotExamples } from './cli-examples-redshift.ts';
import { settingExamples } from './cli-examples-settings.ts';

const emulator = await useEmulator();

describe.each([
  snapshotExamples,
  clusterExamples,
  settingExamples,
  docdbSnapshotExamples,
  docdbClusterExamples,
  instanceExamples,
  auroraExamples,
  accountExamples,
])("the examples of the AWS CLI's reference: $title", ({ region, world, examples }) => {
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
    const outcomes = await cliCommands(emulator, commands);
    for (const [index, { command, answer }] of examples.entries()) {
      const { status, stdout, stderr } = outcomes[index] ?? { status: -1, stdout: '', stderr: '' };
      const printed: unknown = stdout === '' ? undefined : JSON.parse(stdout);
      expect({ command, status, stderr, printed }).toMatchObject({ command, status: 0, stderr: '', printed: answer });
    }
  });
});
