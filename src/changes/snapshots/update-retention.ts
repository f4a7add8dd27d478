import * as z from 'zod';
import type { Maybe } from '../../snapshots/maybe.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import { type BatchChange, changeEach } from './batch.ts';
import { problemsIn } from '../input/problems.ts';
import { daysRule } from '../input/rules.ts';
import type { Targets } from '../input/targets.ts';
import type { ChangeRequest } from '../request.ts';
import { requireManual, requireOwn, requireRetention } from '../requirements/requirements.ts';
import { effectOf, requireLongEnough } from '../requirements/retention.ts';

export interface UpdateRetentionInput {
  readonly snapshotIds: readonly string[];
  readonly days?: Maybe<number>;
  readonly force?: Maybe<boolean>;
  readonly dryRun?: Maybe<boolean>;
}

const inputRule = z.object({ days: daysRule('days') });

/**
 * Sets the retention period of manual snapshots. A period that ends sooner than before is a delayed deletion: it passes
 * the deletion guards and, if it ends within the horizon, requires the permission to delete.
 */
export async function updateSnapshotRetention(
  targets: Targets,
  input: UpdateRetentionInput,
  request: ChangeRequest,
): Promise<BatchChange> {
  const change = { days: input.days ?? undefined, force: input.force ?? false, now: request.now };
  const effectOn = (snapshot: SnapshotRecord) =>
    effectOf(snapshot, change, request.policy.deletions.horizonDays(snapshot.source));
  return changeEach({
    targets,
    request,
    ids: input.snapshotIds,
    problems: problemsIn(inputRule, input),
    isDryRun: input.dryRun ?? false,
    requirements: async (snapshot, { rules }) => {
      requireOwn(snapshot, 'change the retention period of');
      requireRetention(rules);
      requireManual(
        snapshot,
        'change the retention period of',
        'Automated snapshots follow the retention period of their cluster. Copy it with copySnapshot to keep it longer.',
      );
      requireLongEnough(snapshot, change);
      if (effectOn(snapshot).isSoon) await request.rights.require('SNAPSHOT_DELETE', snapshot);
    },
    leaves: (snapshot) => {
      const { isSooner, isSoon, endsAtOnce } = effectOn(snapshot);
      return isSooner ? { snapshot, isSoon, isAtOnce: endsAtOnce } : null;
    },
    isProlonged: (snapshot) => {
      const { isSooner, isKept } = effectOn(snapshot);
      return !isSooner && isKept;
    },
    end: effectOn,
    plan: (snapshots, backend) => backend.planRetention(snapshots, change),
  });
}
