import { z } from 'zod';

/** The id of an AWS account in the configuration file, as text because leading zeros are part of it. */
export const accountId = z.string().regex(/^\d{12}$/, 'must be 12 digits in quotes');
