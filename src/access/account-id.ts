import * as z from 'zod';

/** An AWS account id in the configuration file; a string, because leading zeros are significant. */
export const accountId = z.string().regex(/^\d{12}$/, 'must be 12 digits in quotes');
