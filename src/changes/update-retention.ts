import { z } from 'zod';
import type { Context } from '../context.ts';
import type { BatchChange } from '../graphql/mutations/payload.ts';
import type { UpdateSnapshotRetentionInputShape } from '../graphql/mutations/snapshot-retention.ts';
import { changeEach } from './batch.ts';
import { problemsIn } from './input/problems.ts';
import { daysRule } from './input/rules.ts';
import type { Targets } from './input/targets.ts';
import { requireManual, requireOwn, requireRetention } from './requirements/requirements.ts';
import { endsAtOnce, endsSooner } from './requirements/retention.ts';

const inputRule = z.object({ days: daysRule('days') });

/** Changes how long manual snapshots are kept; where AWS would delete one at once, all that guards deletions holds. */
export async function updateSnapshotRetention(
  targets: Targets,
  input: UpdateSnapshotRetentionInputShape,
  ctx: Context,
): Promise<BatchChange> {
  const change = { days: input.days ?? undefined, force: input.force ?? false };
  return changeEach({
    targets,
    ids: input.snapshotIds,
    problems: problemsIn(inputRule, input),
    isDryRun: input.dryRun ?? false,
    require: (all) => {
      const { deletions } = ctx.policy;
      const gone = all.filter((snapshot) => endsAtOnce(snapshot, change));
      const requireUnguarded = deletions.together(gone, ctx);
      return async (snapshot, { rules }) => {
        requireRetention(rules);
        requireOwn(snapshot, 'change');
        requireManual(
          snapshot,
          'kept for a number of days',
          'automated ones follow the retention of their cluster. Copy it with copySnapshot to keep it longer',
        );
        if (endsSooner(snapshot, change)) await deletions.requireUnheld(snapshot, ctx);
        if (!gone.includes(snapshot)) return;
        await ctx.rights.require('SNAPSHOT_DELETE', snapshot);
        await requireUnguarded(snapshot);
      };
    },
    plan: (snapshots, backend) => backend.planRetention(snapshots, change),
  });
}
