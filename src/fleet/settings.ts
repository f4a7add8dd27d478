import * as z from 'zod';
import { serviceKeys, serviceNames, serviceOfKey } from '../snapshots/service.ts';

const service = z.enum(serviceKeys).transform(serviceOfKey);

const region = z.string().regex(/^[a-z]{2,4}(-[a-z]+)+-\d+$/, 'must be the name of an AWS region, such as eu-west-1');

const quota = z
  .strictObject({
    service: service.meta({ description: 'The service of the quota.' }),
    region: region.optional().meta({
      description:
        'The region of the quota. If omitted, the quota applies to all regions without an entry of their own.',
    }),
    manualSnapshots: z.int().min(0).meta({ description: 'The maximum number of manual snapshots in a region.' }),
  })
  .meta({ description: 'The AWS quotas of a service, for each region of an account.' });

/** One entry of `accounts` in the configuration file. */
export const accountSettings = z
  .strictObject({
    id: z
      .string(
        'must be a string: put the 12 digits in quotes, because YAML reads them as a number and drops leading zeros',
      )
      .regex(/^\d{12}$/, 'must be 12 digits in quotes, such as "012345678901"')
      .meta({ description: 'The AWS account ID: 12 digits, in quotes.' }),
    name: z.string().min(1).optional().meta({ description: 'A display name for the account.' }),
    role: z
      .string()
      .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, 'must be the ARN of an IAM role')
      .optional()
      .meta({
        description:
          'The ARN of the IAM role to assume. If omitted, the gateway uses its own credentials, which must belong to this account. At most one account can be without a role.',
      }),
    externalId: z
      .string()
      // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
      .regex(/^[\w+=,.@:/-]{2,1224}$/, 'must be 2 to 1224 letters, digits and characters of _+=,.@:/-, without spaces')
      .optional()
      .meta({ description: 'The external ID that the trust policy of the role requires.' }),
    regions: z.array(region).min(1).refine(hasNoneTwice, 'must not list a region twice').meta({
      description: 'The AWS regions of the account that the gateway uses.',
    }),
    services: z
      .array(service)
      .min(1)
      .refine(hasNoneTwice, 'must not list a service twice')
      .default([...serviceNames])
      .meta({ description: 'The AWS services that the gateway uses. Defaults to all services.' }),
    quotas: z.array(quota).optional().meta({
      description:
        'The quotas that AWS has raised for the account. The default quotas of AWS apply to everything else.',
    }),
  })
  .refine(({ id, role }) => role === undefined || role.split(':')[4] === id, {
    path: ['role'],
    error: 'must be a role of this account, because a role can read only its own account',
  })
  .meta({ description: 'An AWS account, and how the gateway accesses it.' });

/** The `fullReads` section of the configuration file. */
export const fullReadSettings = z
  .strictObject({
    ageSeconds: z.number().min(0).max(3600).default(15).meta({
      description: 'How long later requests reuse a full read, in seconds. 0 disables reuse.',
    }),
    megabytes: z.int().min(1).default(512).meta({
      description:
        'The maximum size of full reads kept in memory, in megabytes; 1000 snapshots with 5 tags each take about 0.6. The least recently used are evicted first, and read again from their first page. If the fleet takes more, queries of the whole fleet can stay incomplete.',
    }),
    maximumPages: z.int().min(1).default(1000).meta({
      description:
        'The maximum number of AWS pages, of 100 records each, of one full read of a source. A longer list is reported as incomplete.',
    }),
    sharedMegabytes: z.int().min(0).max(12).default(4).meta({
      description:
        'With `redis`, the maximum size of the full read of one list that replicas share through Redis, compressed and encrypted, in megabytes; 1000 snapshots with 5 tags each take about 0.12. A replica waits up to 30 seconds for the read of another one. Longer lists are read by each replica. 0 disables sharing.',
    }),
  })
  .meta({
    description:
      'Full reads of sources, for ordered lists, total counts, summaries and clusters without recent snapshots.',
  });

/** The `prices` section of the configuration file. */
export const priceSettings = z
  .strictObject({
    currency: z.string().min(1).meta({ description: 'The currency of the prices, such as USD.' }),
    gigabyteMonth: z
      .array(
        z.strictObject({
          service: service.meta({ description: 'The service of the price.' }),
          region: region.optional().meta({
            description:
              'The region of the price. If omitted, the price applies to all regions without an entry of their own.',
          }),
          price: z.number().min(0).meta({ description: 'The price of one gigabyte per month.' }),
        }),
      )
      .min(1)
      .meta({
        description: 'The price per gigabyte and month, for each service and, if prices differ, for each region.',
      }),
  })
  .meta({ description: 'The prices of backup storage, to estimate the cost of snapshots.' });

export type AccountSettings = z.output<typeof accountSettings>;
/** Without `sharedMegabytes`, replicas share no full reads. */
export type FullReadSettings = Omit<z.output<typeof fullReadSettings>, 'sharedMegabytes'> & {
  readonly sharedMegabytes?: number;
};
export type PriceSettings = z.output<typeof priceSettings>;

function hasNoneTwice(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}
