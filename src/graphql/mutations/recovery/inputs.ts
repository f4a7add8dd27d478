import { builder } from '../../builder.ts';

export const RetentionInput = builder.inputType('RetentionInput', {
  description: 'How long manual snapshots are kept. Exactly one member is required.',
  isOneOf: true,
  fields: (t) => ({
    days: t.int({ description: 'The number of days, 1 to 3653.' }),
    forever: t.boolean({ description: 'True to keep snapshots until they are deleted. False is not allowed.' }),
  }),
});
