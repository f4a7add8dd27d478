/**
 * An object whose members are created when they are first read, each once: a request pays only for what it uses.
 * Members may refer to each other through the object.
 */
export function lazily<Members extends object>(makers: {
  readonly [Name in keyof Members]: () => Members[Name];
}): Members {
  const members = {} as Members;
  for (const name of Object.keys(makers) as (keyof Members)[]) {
    Object.defineProperty(members, name, {
      configurable: true,
      enumerable: true,
      get: () => {
        const value = makers[name]();
        Object.defineProperty(members, name, { configurable: true, enumerable: true, value });
        return value;
      },
    });
  }
  return members;
}
