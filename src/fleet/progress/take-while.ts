/**
 * Forwards events as long as `judge` returns them unchanged. If `judge` returns another event, that event is the last;
 * if it returns undefined, the stream ends without the event. The source is closed in both cases. This is not a
 * generator, because a generator cannot be closed while it waits for the next event.
 */
export function takeWhile<Event>(
  events: AsyncIterable<Event>,
  judge: (event: Event) => Promise<Event | undefined>,
): AsyncIterable<Event> {
  return {
    [Symbol.asyncIterator]: () => {
      const source = events[Symbol.asyncIterator]();
      const leave = async () => (await source.return?.()) ?? { done: true, value: undefined };
      return {
        next: async () => {
          const result = await source.next();
          if (result.done) return result;
          const judged = await judge(result.value);
          if (judged === result.value) return result;
          const left = await leave();
          return judged === undefined ? left : { done: false, value: judged };
        },
        return: leave,
      };
    },
  };
}
