import type { Count } from '../../fleet/lists/connection.ts';
import { builder } from '../builder.ts';

const CountPrecisionEnum = builder.enumType('CountPrecision', {
  description: 'How far a count can be trusted.',
  values: {
    EXACT: { description: 'Every source answered in full.' },
    AT_LEAST: { description: 'Some source did not answer in full; there may be more.' },
  } as const,
});

export const CountType = builder.objectRef<Count>('Count').implement({
  description: 'A number of records.',
  fields: (t) => ({
    value: t.exposeInt('value', { description: 'The number.' }),
    precision: t.expose('precision', { type: CountPrecisionEnum, description: 'How far it can be trusted.' }),
  }),
});
