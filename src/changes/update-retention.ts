import { z } from 'zod';
import type { BatchChange } from '../graphql/mutations/payload.ts';
import type { UpdateSnapshotRetentionInputShape } from '../graphql/mutations/snapshot-retention.ts';
import { changeEach } from './batch.ts';
import { problemsIn } from './checks/check.ts';
import { requireManual, requireOwn, requireRetention } from './checks/preflight.ts';
import { daysRule } from './checks/rules.ts';
import type { Targets } from './checks/targets.ts';

const inputRule = z.object({ days: daysRule('days') });

/** Changes how long manual snapshots are kept. */
export async function updateSnapshotRetention(
  targets: Targets,
  input: UpdateSnapshotRetentionInputShape,
): Promise<BatchChange> {
  const change = { days: input.days ?? undefined, force: input.force ?? false };
  return changeEach({
    targets,
    ids: input.snapshotIds,
    problems: problemsIn(inputRule, input),
    isDryRun: input.dryRun ?? false,
    require: (snapshot, { rules }) => {
      requireRetention(rules);
      requireOwn(snapshot, 'change');
      requireManual(snapshot, 'automated ones follow the retention of their cluster');
    },
    plan: (snapshots, backend) => backend.planRetention(snapshots, change),
  });
}
