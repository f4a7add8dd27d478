import { GraphQLError, GraphQLScalarType } from 'graphql';
import { GraphQLDateTimeISO } from 'graphql-scalars';
import { isAccountId } from '../snapshots/arn.ts';
import type { Maybe } from '../snapshots/maybe.ts';

/** An RFC 3339 date-time; output is in UTC with milliseconds, input becomes a Date. */
export const DateTimeScalar = new GraphQLScalarType<Date, string>({
  ...GraphQLDateTimeISO.toConfig(),
  name: 'DateTime',
  description:
    'A date and time in RFC 3339 format. Responses are in UTC with milliseconds, such as `2026-03-01T04:05:06.000Z`.',
});

/** Twelve digits as a string, because leading zeros are part of the ID. */
export const AccountIdScalar = new GraphQLScalarType<string, string>({
  name: 'AccountId',
  description: 'An AWS account ID: a string of 12 digits, including leading zeros.',
  specifiedByURL: 'https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html',
  serialize: parseAccountId,
  parseValue: parseAccountId,
});

/** Returns a number of AWS for the type Int, which has 32 bits; null for a number that Int cannot represent. */
export function toInt(value: Maybe<number>): number | null {
  return value != null && Number.isInteger(value) && (value | 0) === value ? value : null;
}

function parseAccountId(value: unknown): string {
  if (typeof value === 'string' && isAccountId(value)) return value;
  throw new GraphQLError(
    `An AccountId must be a string of 12 digits, such as "012345678901"; received ${JSON.stringify(value)}.`,
    { extensions: { code: 'INVALID_INPUT' } },
  );
}
