import { builder } from './builder.ts';
import { type Source, SourceType } from './source.ts';

/** One AWS call of a change. */
export interface PlannedCall {
  readonly source: Source;
  /** The name of the AWS operation, such as `CreateClusterSnapshot`. */
  readonly action: string;
  /** The input of the operation as JSON. */
  readonly parameters: string;
}

export const PlannedCallType = builder.objectRef<PlannedCall>('PlannedCall').implement({
  description: 'One AWS call of a change.',
  fields: (t) => ({
    source: t.expose('source', { type: SourceType, description: 'The source that is asked.' }),
    action: t.exposeString('action', { description: 'The AWS operation, such as `CreateClusterSnapshot`.' }),
    parameters: t.exposeString('parameters', { description: 'The exact input of the operation, as JSON.' }),
  }),
});
