import { builder, type InputFields } from '../builder.ts';

/** Defines the fields that every input has; `more` completes the description of `idempotencyKey`. */
export function everyInput(t: InputFields, more = '') {
  return {
    account: t.field({
      type: 'AccountId',
      description:
        'The configured AWS account in which to look up the snapshots or clusters of this input. Required only for the ARN of a snapshot that an account outside the configuration shares with several configured accounts. If omitted, the account of the Node ID is used; for an ARN, the account in the ARN or, if that account is not configured, the only configured account that can see the snapshot. Must not differ from the account of a Node ID or of the ARN of a cluster.',
    }),
    idempotencyKey: t.string({ description: `${idempotencyKey}${more}` }),
    dryRun: t.boolean({
      defaultValue: false,
      description:
        'If true, validates the request and returns the AWS calls it would make, without making them. Reads from AWS may still be made.',
    }),
  };
}

const idempotencyKey =
  'A key that you choose for this change, such as a UUID: 1 to 128 printable ASCII characters. If you send the same input with the same key again within 24 hours, the change is not made again: you get the outcome of the first request, also while it is still running. An error that says that nothing was done is not kept, so that the change can be retried with the same key. Dry runs ignore the key.';

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
