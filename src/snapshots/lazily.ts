/**
 * Creates an object whose members are created once, on first use, so that a request creates only what it needs.
 * Members can refer to each other through the object.
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
