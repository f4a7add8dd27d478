import type { Count } from '../../fleet/lists/connection.ts';
import { builder } from '../builder.ts';

const CountPrecisionEnum = builder.enumType('CountPrecision', {
  description: 'The precision of a count.',
  values: {
    EXACT: { description: 'The count is exact: every source responded in full, and every record could be tested.' },
    AT_LEAST: {
      description:
        'The count is a lower bound: at least one source did not respond in full, or a record could not be tested, so there may be more records.',
    },
  } as const,
});

export const CountType = builder.objectRef<Count>('Count').implement({
  description: 'A number of records, and its precision.',
  fields: (t) => ({
    value: t.exposeInt('value', { description: 'The number of records.' }),
    precision: t.expose('precision', {
      type: CountPrecisionEnum,
      description: 'Whether the number of records is exact or a lower bound.',
    }),
  }),
});
