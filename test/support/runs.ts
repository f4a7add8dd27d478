/** How often a property is tried: in the fast suite a few times, under `npm run soak` as often as it takes to trust it. */
export const runs = (fast: number, soak: number) => (process.env['SOAK'] ? soak : fast);
