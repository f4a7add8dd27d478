import type { InputFields } from '../builder.ts';
import { ServiceEnum } from '../source.ts';

/** Defines the conditions that select sources; `more` completes the description of `accounts`. */
export function sourceConditions(t: InputFields, what: 'snapshots' | 'clusters', more = '') {
  const verb = what === 'snapshots' ? 'that these accounts list' : 'in these accounts';
  return {
    services: t.field({ type: [ServiceEnum], description: selects(`Only ${what} of these services.`) }),
    accounts: t.field({ type: ['AccountId'], description: selects(`Only ${what} ${verb}${more}.`) }),
    regions: t.stringList({ description: selects(`Only ${what} in these regions.`) }),
  };
}

function selects(text: string): string {
  return `${text} Limits the sources that are read.`;
}
