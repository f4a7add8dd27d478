import { GraphQLError, GraphQLScalarType } from 'graphql';
import { GraphQLDateTimeISO } from 'graphql-scalars';

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

function parseAccountId(value: unknown): string {
  if (typeof value === 'string' && /^\d{12}$/.test(value)) return value;
  throw new GraphQLError(
    `An AccountId must be a string of 12 digits, such as "012345678901"; received ${JSON.stringify(value)}.`,
    { extensions: { code: 'INVALID_INPUT' } },
  );
}
