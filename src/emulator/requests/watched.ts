/** An input whose reads are recorded. */
export interface Watched<T extends object> {
  readonly input: T;
  /** Returns the members that are set and have not been read; copying all members does not count as reading. */
  unread(): string[];
}

/** Records which members of an operation's input are read, so that no parameter is ignored unnoticed. */
export function watch<T extends object>(members: T): Watched<T> {
  const read = new Set<string | symbol>();
  let copied: string | symbol | undefined;
  const input = new Proxy(members, {
    get(target, name, receiver) {
      // Spreading and rest patterns ask for the descriptor right before the value.
      if (name !== copied) read.add(name);
      copied = undefined;
      return Reflect.get(target, name, receiver);
    },
    getOwnPropertyDescriptor(target, name) {
      copied = name;
      return Reflect.getOwnPropertyDescriptor(target, name);
    },
  });
  return { input, unread: () => Object.keys(members).filter((name) => !read.has(name)) };
}
