import * as z from 'zod';

/** An account id in a world's JSON. */
export const accountId = z.string().regex(/^\d{12}$/, 'must be 12 digits');

/** The name of a region in a world's JSON. */
export const regionName = z.string().regex(/^[a-z]{2,4}(-[a-z]+)+-\d+$/, 'must be a region name');
