import type { Audit } from '../../access/audit.ts';
import type { Context } from '../../context.ts';
import type { Changes } from '../changes.ts';

type Change = (input: object) => Promise<Awaited<ReturnType<Changes[keyof Changes]>>>;

/** The same changes, each recorded before anything is asked of AWS for it, and after. */
export function audited(changes: Changes, audit: Audit, ctx: () => Context): Changes {
  const recorded =
    (operation: string, change: Change): Change =>
    (input) => {
      const { principal, usage } = ctx();
      return audit.record({ principal: principal.subject, operation, input }, usage.sent, () => change(input));
    };
  const entries = Object.entries(changes as unknown as Record<string, Change>);
  return Object.fromEntries(entries.map(([name, change]) => [name, recorded(name, change)])) as unknown as Changes;
}
