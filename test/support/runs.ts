/** Returns the number of runs of a property test: few in the fast suite, many under `npm run soak`. */
export const runs = (fast: number, soak: number) => (process.env['SOAK'] ? soak : fast);
