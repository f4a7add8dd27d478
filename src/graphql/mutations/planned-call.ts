import type { PlannedCall } from '../../changes/plans/call.ts';
import { builder } from '../builder.ts';
import { SourceType } from '../source.ts';

export const PlannedCallType = builder.objectRef<PlannedCall>('PlannedCall').implement({
  description: 'An AWS call that a mutation made, or would make.',
  fields: (t) => ({
    source: t.expose('source', { type: SourceType, description: 'The source that the AWS call is sent to.' }),
    action: t.exposeString('action', {
      description: 'The AWS operation that is called, such as `CreateClusterSnapshot`.',
    }),
    parameters: t.exposeString('parameters', {
      description:
        'The exact input of the AWS operation: a JSON object, as text. Parse it as JSON to read its members.',
    }),
  }),
});
