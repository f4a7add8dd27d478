import type { PlannedCall } from '../../changes/plans/call.ts';
import { builder } from '../builder.ts';
import { SourceType } from '../source.ts';

export const PlannedCallType = builder.objectRef<PlannedCall>('PlannedCall').implement({
  description: 'One AWS call of a change.',
  fields: (t) => ({
    source: t.expose('source', { type: SourceType, description: 'The source that is asked.' }),
    action: t.exposeString('action', { description: 'The AWS operation, such as `CreateClusterSnapshot`.' }),
    parameters: t.exposeString('parameters', { description: 'The exact input of the operation, as JSON.' }),
  }),
});
