import type { BatchChange, ItemResult } from '../../changes/batch.ts';
import type { SnapshotChange } from '../../changes/request.ts';
import { included, page } from '../../limits/price.ts';
import { builder } from '../builder.ts';
import { asValue, ErrorInterface } from '../error-types.ts';
import { SnapshotInterface } from '../snapshot.ts';
import { PlannedCallType } from './planned-call.ts';

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
        extensions: { price: page },
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
      extensions: { price: included },
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
