import type { SnapgateError } from '../../errors.ts';
import type { MaybePromise, SnapshotRecord } from '../../snapshots/snapshot.ts';
import { builder } from '../builder.ts';
import { asValue, ErrorInterface } from '../error-types.ts';
import { type PlannedCall, PlannedCallType } from '../planned-call.ts';
import { SnapshotInterface } from '../snapshot.ts';

/** What came of the change of one snapshot. */
export interface SnapshotChange {
  readonly snapshot: SnapshotRecord | null;
  readonly plannedCalls: readonly PlannedCall[];
}

/** What came of a change of many snapshots. */
export interface BatchChange {
  readonly results: readonly ItemResult[];
  readonly plannedCalls: readonly PlannedCall[];
}

/** What came of one snapshot of a batch. */
export interface ItemResult {
  /** As the client gave it. */
  readonly id: string;
  /** Costs an AWS call where the answer to the change does not tell the snapshot. */
  snapshot(): MaybePromise<SnapshotRecord | null>;
  readonly error: SnapgateError | null;
}

const plannedCalls = 'The AWS calls of the change in their order: made, or with `dryRun` those that would be made.';

/** Defines the payload of a change of one snapshot; `snapshot` describes what that field shows. */
export function snapshotPayload(name: string, description: string, snapshot: string) {
  return builder.objectRef<SnapshotChange>(name).implement({
    description,
    fields: (t) => ({
      snapshot: t.expose('snapshot', { type: SnapshotInterface, nullable: true, description: snapshot }),
      plannedCalls: t.field({
        type: [PlannedCallType],
        description: plannedCalls,
        resolve: (change) => [...change.plannedCalls],
      }),
    }),
  });
}

/** Defines the payload of a change of many snapshots. */
export function batchPayload(name: string, description: string) {
  return builder.objectRef<BatchChange>(name).implement({
    description,
    fields: (t) => ({
      results: t.field({
        type: [ItemResultType],
        description: 'One result for each id, in the order asked.',
        resolve: ({ results }) => [...results],
      }),
      plannedCalls: t.field({
        type: [PlannedCallType],
        description: `${plannedCalls} Calls to different sources are made at the same time.`,
        resolve: (change) => [...change.plannedCalls],
      }),
    }),
  });
}

const ItemResultType = builder.objectRef<ItemResult>('ItemResult').implement({
  description: 'What came of one snapshot of a batch: it was changed, unless there is an error.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id as it was given.' }),
    snapshot: t.field({
      type: SnapshotInterface,
      nullable: true,
      description: 'The snapshot after the change, or as it is where the change failed or was not made.',
      resolve: (item) => item.snapshot(),
    }),
    error: t.field({
      type: ErrorInterface,
      nullable: true,
      description: 'Why it was not changed. Null when it was.',
      resolve: ({ error }) => error && asValue(error),
    }),
  }),
});
