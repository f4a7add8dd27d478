import type { BatchChange, ItemResult } from '../../changes/snapshots/batch.ts';
import type { SnapshotChange } from '../../changes/request.ts';
import { included, page } from '../../limits/price.ts';
import { builder } from '../builder.ts';
import { asValue, ErrorInterface } from '../errors/error-types.ts';
import { SnapshotInterface } from '../snapshot.ts';
import { PlannedCallType } from './planned-call.ts';

const plannedCalls = 'The AWS calls that the mutation made, in order; for a dry run, the AWS calls that it would make.';

/** Describes the union that a mutation returns. */
export function resultOf(mutation: string) {
  return { description: `The result of ${mutation}: its payload, or one of the expected errors.` };
}

/** Defines the payload of a mutation of one snapshot; `snapshot` is the description of that field. */
export function snapshotPayload(name: string, description: string, snapshot: string) {
  return builder.objectRef<SnapshotChange>(name).implement({
    description,
    fields: (t) => ({
      snapshot: t.field({
        type: SnapshotInterface,
        nullable: true,
        description: `${snapshot} For a repetition with the same \`idempotencyKey\`, the snapshot as it is now: null if it does not exist, or AWS does not list it yet.`,
        extensions: { price: included },
        resolve: ({ snapshot: found }) => (typeof found === 'function' ? found() : found),
      }),
      plannedCalls: t.field({
        type: [PlannedCallType],
        description: plannedCalls,
        resolve: (change) => [...change.plannedCalls],
      }),
    }),
  });
}

/** Defines the payload of a mutation of several snapshots. */
export function batchPayload(name: string, description: string) {
  return builder.objectRef<BatchChange>(name).implement({
    description,
    fields: (t) => ({
      results: t.field({
        type: [ItemResultType],
        description:
          'The result for each ID or ARN, in the order of `snapshotIds`, also if several of them name the same snapshot.',
        extensions: { price: page },
        resolve: ({ results }) => [...results],
      }),
      plannedCalls: t.field({
        type: [PlannedCallType],
        description: `${plannedCalls} Calls to different sources are made in parallel.`,
        resolve: (change) => [...change.plannedCalls],
      }),
    }),
  });
}

const ItemResultType = builder.objectRef<ItemResult>('ItemResult').implement({
  description:
    'The result for one snapshot of a mutation that changes several snapshots. The snapshot was changed, unless `error` is set or the request is a dry run.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The Node ID or ARN of the snapshot, as given in the input.' }),
    snapshot: t.field({
      type: SnapshotInterface,
      nullable: true,
      description:
        'The snapshot after the change, or as it is if the change failed or was not made. Null if the snapshot does not exist or could not be read.',
      extensions: { price: included },
      resolve: (item) => item.snapshot(),
    }),
    error: t.field({
      type: ErrorInterface,
      nullable: true,
      description: 'The reason why the snapshot was not changed. Null if there was no error.',
      resolve: ({ error }) => error && asValue(error),
    }),
    endsAt: t.expose('endsAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When AWS deletes the snapshot because of the new retention period; for a dry run, when AWS would delete it. Null if the snapshot is kept forever, if the time is unknown, for an error, and for a deletion.',
    }),
    endsAtOnce: t.exposeBoolean('endsAtOnce', {
      description:
        'Whether AWS deletes the snapshot immediately because the new retention period has already ended; for a dry run, whether AWS would delete it. False for an error, and for a deletion.',
    }),
  }),
});
