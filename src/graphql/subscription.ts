import { noSuchSnapshot, type SnapshotRecord } from '../snapshots/snapshot.ts';
import { builder } from './builder.ts';
import { SnapshotInterface } from './snapshot.ts';

builder.subscriptionType({ description: 'What can be followed while it happens, as server-sent events.' });

builder.subscriptionField('snapshotProgress', (t) =>
  t.field({
    type: SnapshotInterface,
    description:
      'A snapshot in the making: the snapshot at once, then after every change, until it is available, failed, cancelled or gone. AWS is asked every 1 to 30 seconds, more often near the end, and once for all who follow the same snapshot.',
    args: { id: t.arg.globalID({ required: true, description: 'The `id` of a snapshot.' }) },
    subscribe: (_root, { id }, ctx) => whileSeen(ctx.progress.follow(ctx.fleet.located(id)), ctx.rights.sees),
    resolve: async (event, _args, ctx) => {
      if (event instanceof Error) throw event;
      if (!(await ctx.rights.sees(event))) throw noSuchSnapshot();
      return event;
    },
  }),
);

/** Ends as with a snapshot that is not there, as a stream that stays open would tell that it is. */
function whileSeen(
  events: AsyncIterable<SnapshotRecord | Error>,
  sees: (snapshot: SnapshotRecord) => Promise<boolean>,
): AsyncIterable<SnapshotRecord | Error> {
  return {
    [Symbol.asyncIterator]: () => {
      const source = events[Symbol.asyncIterator]();
      const leave = async () => (await source.return?.()) ?? { done: true, value: undefined };
      return {
        next: async () => {
          const result = await source.next();
          if (result.done || result.value instanceof Error) return result;
          const isSeen = await sees(result.value).catch((error: Error) => error);
          if (isSeen === true) return result;
          await leave();
          return { done: false, value: isSeen || noSuchSnapshot() };
        },
        return: leave,
      };
    },
  };
}
