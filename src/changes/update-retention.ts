import { z } from 'zod';
import type { Maybe } from '../snapshots/maybe.ts';
import { type BatchChange, changeEach } from './batch.ts';
import { problemsIn } from './input/problems.ts';
import { daysRule } from './input/rules.ts';
import type { Targets } from './input/targets.ts';
import type { ChangeRequest } from './request.ts';
import { requireManual, requireOwn, requireRetention } from './requirements/requirements.ts';
import { endsAtOnce, endsSooner } from './requirements/retention.ts';

export interface UpdateRetentionInput {
  readonly snapshotIds: readonly string[];
  readonly days?: Maybe<number>;
  readonly force?: Maybe<boolean>;
  readonly dryRun?: Maybe<boolean>;
}

const inputRule = z.object({ days: daysRule('days') });

/** Sets the retention period of manual snapshots; if AWS would delete a snapshot immediately, deletion rules apply. */
export async function updateSnapshotRetention(
  targets: Targets,
  input: UpdateRetentionInput,
  request: ChangeRequest,
): Promise<BatchChange> {
  const change = { days: input.days ?? undefined, force: input.force ?? false };
  return changeEach({
    targets,
    ids: input.snapshotIds,
    problems: problemsIn(inputRule, input),
    isDryRun: input.dryRun ?? false,
    requirements: (all) => {
      const { deletions } = request.policy;
      const gone = all.filter((snapshot) => endsAtOnce(snapshot, change));
      const requireUnguarded = deletions.together(gone, request);
      return async (snapshot, { rules }) => {
        requireRetention(rules);
        requireOwn(snapshot, 'change the retention period of');
        requireManual(
          snapshot,
          'change the retention period of',
          'Automated snapshots follow the retention period of their cluster. Copy it with copySnapshot to keep it longer.',
        );
        if (endsSooner(snapshot, change)) await deletions.requireUnheld(snapshot, request);
        if (!gone.includes(snapshot)) return;
        await request.rights.require('SNAPSHOT_DELETE', snapshot);
        await requireUnguarded(snapshot);
      };
    },
    plan: (snapshots, backend) => backend.planRetention(snapshots, change),
  });
}
