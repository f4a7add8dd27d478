import { builder } from '../../builder.ts';

export const RetentionInput = builder.inputType('RetentionInput', {
  isOneOf: true,
  description: 'A retention period of manual snapshots. Exactly one member must be set.',
  fields: (t) => ({
    days: t.int({ description: 'The number of days until AWS deletes a snapshot: 1 to 3653.' }),
    forever: t.boolean({
      description: 'Whether snapshots are kept until they are deleted explicitly. Only `true` is accepted.',
    }),
  }),
});
