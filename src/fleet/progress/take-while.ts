/**
 * Passes events on as long as `judge` returns them unchanged. Another event that it returns is the last one, and
 * undefined ends the events before it. The source is left either way. A generator could not be left while it waits for
 * the next event.
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
