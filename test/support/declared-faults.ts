import * as rds from '@aws-sdk/client-rds';
import * as redshift from '@aws-sdk/client-redshift';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Faults that an operation returns although AWS declares them for other operations only, with the reason. */
const exceptions: ReadonlyMap<string, string> = new Map([
  ['DescribeClusters UnauthorizedOperation', 'option redshiftDeniesAsUnauthorizedOperation'],
  ['DescribeDBClusterSnapshots DBClusterNotFoundFault', 'option rdsRefusesGoneClusters'],
  ['ListTagsForResource DBClusterSnapshotNotFoundFault', 'option rdsTagsSayDbSnapshotNotFound'],
  ['ListTagsForResource DBSubnetGroupNotFoundFault', 'AWS declares no fault for a missing group'],
  ['ListTagsForResource DBClusterParameterGroupNotFound', 'AWS declares no fault for a missing group'],
]);

const recorded = z.array(
  z.object({
    service: z.string().nullable(),
    action: z.string().nullable(),
    code: z.string().nullish(),
    disturbance: z.string().nullable(),
  }),
);

const models = new Map<string | null, object>([
  ['redshift', redshift],
  ['rds', rds],
]);

/**
 * Returns the faults in the emulator's record of calls that belong to another operation: AWS's model has a class for
 * them, but does not declare it for the operation. Clients do not expect them. Faults of fault rules are skipped.
 */
export function undeclaredFaults(calls: unknown): string[] {
  const found = new Set<string>();
  for (const { service, action, code, disturbance } of recorded.parse(calls)) {
    const model = models.get(service);
    if (!model || !action || !code || disturbance !== null) continue;
    const classes = [code, `${code}Fault`].filter((name) => Object.hasOwn(model, name));
    const fault = `${action} ${code}`;
    if (classes.length === 0 || found.has(fault) || exceptions.has(fault)) continue;
    const declared = declaredClasses(`client-${service}`, action);
    if (!classes.some((name) => declared.has(name))) found.add(fault);
  }
  return [...found];
}

/** Returns the fault classes that the SDK's documentation, which is generated from AWS's model, lists for an operation. */
export function declaredClasses(client: string, action: string): ReadonlySet<string> {
  const path = `../../node_modules/@aws-sdk/${client}/dist-types/commands/${action}Command.d.ts`;
  const text = readFileSync(new URL(path, import.meta.url), 'utf8');
  return new Set(Array.from(text.matchAll(/@throws \{@link (\w+)\}/g), ([, name = '']) => name));
}
