import { GraphQLError, GraphQLScalarType } from 'graphql';
import { GraphQLDateTimeISO } from 'graphql-scalars';

/** RFC 3339 in and out; answers are UTC with milliseconds, inputs become a Date. */
export const DateTimeScalar = new GraphQLScalarType<Date, string>({
  ...GraphQLDateTimeISO.toConfig(),
  name: 'DateTime',
  description: 'A moment as RFC 3339 text. Answers are UTC with milliseconds, such as `2026-03-01T04:05:06.000Z`.',
});

/** Twelve digits kept as text, because leading zeros are part of the id. */
export const AccountIdScalar = new GraphQLScalarType<string, string>({
  name: 'AccountId',
  description: 'An AWS account id: 12 digits as a string. Leading zeros are part of it.',
  specifiedByURL: 'https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html',
  serialize: parseAccountId,
  parseValue: parseAccountId,
});

function parseAccountId(value: unknown): string {
  if (typeof value === 'string' && /^\d{12}$/.test(value)) return value;
  throw new GraphQLError(
    `An AccountId is a string of 12 digits, such as "012345678901"; got ${JSON.stringify(value)}.`,
    { extensions: { code: 'INVALID_INPUT' } },
  );
}
