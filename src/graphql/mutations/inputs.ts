import { builder } from '../builder.ts';

/** The options of the `dryRun` field, which every input has. */
export const dryRun = {
  defaultValue: false,
  description:
    'If true, validates the request and returns the AWS calls it would make, without making them. Reads from AWS may still be made.',
} as const;

export const TagInput = builder.inputType('TagInput', {
  description: 'A tag to add to a resource.',
  fields: (t) => ({
    key: t.string({
      required: true,
      description:
        'The key of the tag: 1 to 128 letters, digits, whitespace and `_.:/=+-`; for Amazon Redshift, also `@`. Must not start with `aws:` or, for Amazon DocumentDB, with `rds:`.',
    }),
    value: t.string({
      required: true,
      defaultValue: '',
      description:
        'The value of the tag: 0 to 256 characters, from the same set as `key`. For Amazon DocumentDB, must not start with `aws:` or `rds:`.',
    }),
  }),
});
