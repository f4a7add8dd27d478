import { z } from 'zod';
import { serviceKeys, serviceNames, serviceOfKey } from '../snapshots/service.ts';

const service = z.enum(serviceKeys).transform(serviceOfKey);

const region = z.string().regex(/^[a-z]{2,4}(-[a-z]+)+-\d+$/, 'must be the name of an AWS region, such as eu-west-1');

const quota = z
  .strictObject({
    service,
    region: region.optional().meta({ description: 'The region it holds for; left out, every other one.' }),
    manualSnapshots: z.int().min(0).meta({ description: 'Manual snapshots that AWS allows in a region.' }),
  })
  .meta({ description: 'What AWS allows in each region of an account.' });

/** One entry of the `accounts` of the configuration file. */
export const accountSettings = z
  .strictObject({
    id: z
      .string('must be text: put the 12 digits in quotes, because YAML reads a bare number and drops leading zeros')
      .regex(/^\d{12}$/, 'must be 12 digits in quotes, such as "012345678901"')
      .meta({ description: 'The AWS account id: 12 digits, in quotes.' }),
    name: z.string().min(1).optional().meta({ description: 'What people call the account.' }),
    role: z
      .string()
      .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, 'must be the ARN of an IAM role')
      .optional()
      .meta({ description: 'The IAM role to assume. Left out, the gateway asks as itself.' }),
    externalId: z.string().min(2).optional().meta({ description: 'The external id that the role asks for.' }),
    regions: z.array(region).min(1).refine(hasNoneTwice, 'must name each region once').meta({
      description: 'The regions to ask.',
    }),
    services: z
      .array(service)
      .min(1)
      .refine(hasNoneTwice, 'must name each service once')
      .default([...serviceNames])
      .meta({ description: 'The services to ask; all by default.' }),
    quotas: z.array(quota).optional().meta({
      description: 'The quotas that AWS raised for the account; its defaults otherwise.',
    }),
  })
  .refine(({ id, role }) => role === undefined || role.split(':')[4] === id, {
    path: ['role'],
    error: 'must be a role of the account itself, as a role reads the account that it is of',
  })
  .meta({ description: 'An AWS account and how it is asked.' });

/** The `fullReads` of the configuration file. */
export const fullReadSettings = z
  .strictObject({
    ageSeconds: z.number().min(0).max(3600).default(15).meta({
      description: 'Seconds that a source, once read in full, answers further questions. 0 reads anew for each.',
    }),
    megabytes: z.int().min(1).default(256).meta({
      description: 'Megabytes of snapshots to keep in memory at most; what was asked for longest ago goes first.',
    }),
    maximumPages: z.int().min(1).default(100).meta({
      description: 'AWS pages of 100 records that one source is read for one question at most.',
    }),
  })
  .meta({ description: 'How sources are read in full, for order, totals, summaries and clusters without snapshots.' });

/** The `prices` of the configuration file. */
export const priceSettings = z
  .strictObject({
    currency: z.string().min(1).meta({ description: 'The currency of the prices, such as USD.' }),
    gigabyteMonth: z
      .array(
        z.strictObject({
          service,
          region: region.optional().meta({ description: 'The region it holds for; left out, every other one.' }),
          price: z.number().min(0).meta({ description: 'The price of one gigabyte for one month.' }),
        }),
      )
      .min(1)
      .meta({ description: 'Prices by service, and by region where they differ.' }),
  })
  .meta({ description: 'What storage costs, to estimate the cost of snapshots.' });

export type AccountSettings = z.output<typeof accountSettings>;
export type FullReadSettings = z.output<typeof fullReadSettings>;
export type PriceSettings = z.output<typeof priceSettings>;

function hasNoneTwice(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}
