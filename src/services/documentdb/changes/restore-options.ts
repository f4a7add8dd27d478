import * as z from 'zod';
import { problemsAt, rangeRule, securityGroupsRule, textRule } from '../../../changes/input/options.ts';
import { keyRule, shown } from '../../../changes/input/rules.ts';
import { type InputProblem, InvalidInputError } from '../../../errors.ts';
import type { Source } from '../../../snapshots/source.ts';

const serverless = 'db.serverless';

const scaling = z
  .object({ minimumUnits: z.number(), maximumUnits: z.number() })
  .refine(({ minimumUnits: least, maximumUnits: most }) => [least, most].every(isStep) && least > 0 && least <= most, {
    error: ({ input }) =>
      `serverlessScaling is ${shown(input)}; the units must be multiples of 0.5, and minimumUnits at most maximumUnits.`,
  });

function isStep(units: number): boolean {
  return Number.isInteger(units * 2);
}

const instances = z.object({
  class: textRule('instances.class', /^db\.[a-z0-9]+(\.[a-z0-9]+)?$/, 'an instance class such as db.r6g.large'),
  count: rangeRule('instances.count', 1, 16).nullish(),
  caCertificate: z.string().min(1).nullish(),
});

/** The options that both restores have. */
const shared = {
  subnetGroup: textRule(
    'subnetGroup',
    /^[\w .-]{1,255}$/,
    'the name of a subnet group, of 1 to 255 characters',
  ).nullish(),
  securityGroupIds: securityGroupsRule('securityGroupIds').nullish(),
  port: rangeRule('port', 1150, 65_535).nullish(),
  kmsKeyId: keyRule('kmsKeyId').nullish(),
  deletionProtection: z.boolean().nullish(),
  logExports: z.array(z.string()).nullish(),
  storageType: z.string().nullish(),
  networkType: z.string().nullish(),
  serverlessScaling: scaling.nullish(),
  instances: instances.nullish(),
};

const snapshotOptions = z.object({
  ...shared,
  availabilityZones: z
    .array(z.string())
    .refine((zones) => zones.length >= 1 && zones.length <= 3, {
      error: ({ input }) => `availabilityZones has ${(input as unknown[]).length} values; it must have 1 to 3.`,
    })
    .nullish(),
  parameterGroup: textRule(
    'parameterGroup',
    /^[a-zA-Z][\w.-]{0,254}$/,
    'the name of a parameter group: 1 to 255 letters, digits, hyphens and periods, starting with a letter',
  ).nullish(),
  engineVersion: textRule('engineVersion', /^\d+(\.\d+){1,2}$/, 'a version such as 5.0.0').nullish(),
});

const timeOptions = z.object(shared);

/** The options of a restore of a snapshot. */
export type SnapshotOptions = z.output<typeof snapshotOptions>;
/** The options of a restore to a time, which are some of those. */
export type TimeOptions = z.output<typeof timeOptions>;
/** The instances of a cluster. */
export type InstanceOptions = z.output<typeof instances>;

/** Returns every way in which the options of a restore of a snapshot are invalid. */
export function snapshotProblems(options: unknown): InputProblem[] {
  return problemsIn(['input', 'documentdb'], snapshotOptions, options);
}

/** Returns every way in which the options of a restore to a time are invalid. */
export function timeProblems(options: unknown): InputProblem[] {
  return problemsIn(['input', 'options'], timeOptions, options);
}

export function instanceProblems(given: unknown): InputProblem[] {
  return problemsAt(['input', 'instances'], instances, given);
}

/** Reads options that have no problems. */
export function readSnapshotOptions(options: unknown): SnapshotOptions {
  return snapshotOptions.parse(options);
}

export function readTimeOptions(options: unknown): TimeOptions {
  return timeOptions.parse(options);
}

export function readInstances(given: unknown): InstanceOptions {
  return instances.parse(given);
}

function problemsIn(path: readonly string[], rule: typeof timeOptions, options: unknown): InputProblem[] {
  const problems = problemsAt(path, rule, options);
  if (problems.length > 0) return problems;
  const { instances: wanted, serverlessScaling } = rule.parse(options);
  if (wanted?.class !== serverless || serverlessScaling != null) return [];
  return [
    {
      field: [...path, 'serverlessScaling'],
      message: `The instance class ${serverless} requires serverlessScaling. Set minimumUnits and maximumUnits.`,
    },
  ];
}

/** Throws INVALID_INPUT for zones of another region. */
export function requireZones(zones: readonly string[] | null | undefined, { region }: Source): void {
  const other = zones?.find(
    (zone) => !zone.startsWith(region) || !/^(-[a-z0-9-]+)?[a-z]$/.test(zone.slice(region.length)),
  );
  if (other === undefined) return;
  throw new InvalidInputError(`availabilityZones has ${shown(other)}; it must have zones of the region ${region}.`, [
    'input',
    'documentdb',
    'availabilityZones',
  ]);
}
