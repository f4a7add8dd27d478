import { builder } from '../builder.ts';

/** Describes the field that every input has. */
export const dryRun = {
  defaultValue: false,
  description: 'Only check, and tell the AWS calls that would be made. Reads from AWS, changes nothing.',
} as const;

export const TagInput = builder.inputType('TagInput', {
  description: 'A tag to put on a resource.',
  fields: (t) => ({
    key: t.string({
      required: true,
      description:
        '1 to 128 letters, digits, white space and `_.:/=+-`, for Amazon Redshift also `@`; not beginning with `aws:`, for Amazon DocumentDB nor with `rds:`.',
    }),
    value: t.string({ required: true, description: '0 to 256 of the same characters.' }),
  }),
});
