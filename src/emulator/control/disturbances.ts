import * as z from 'zod';

const match = {
  service: z.enum(['redshift', 'rds', 'kms', 'sts', 'iam']).optional(),
  action: z.string().optional(),
  account: z
    .string()
    .regex(/^\d{12}$/)
    .optional(),
  region: z.string().optional(),
  /** The name or the ARN of the role whose session calls. */
  role: z.string().min(1).optional(),
  /** The position, or positions, among the matching calls, counted from 1. */
  nth: z.union([z.int().positive(), z.array(z.int().positive()).nonempty()]).optional(),
  /** Applies to every nth matching call. */
  every: z.int().positive().optional(),
  probability: z.number().min(0).max(1).optional(),
  /** Seeds the random numbers of `probability`, so that a rule gives the same results each time. */
  seed: z.int().default(1),
  /** Applies only to calls that exceed this rate. */
  perSecond: z.number().positive().optional(),
  /** The maximum number of times that the rule applies. */
  times: z.int().positive().optional(),
};

/** Whether the rule applies before or after the action. A rule that replaces the response `before` skips the action. */
const moment = z.enum(['before', 'after']).default('before');
/** Rules that damage the action's response, which requires the action to run first. */
const afterwards = z.literal('after').default('after');
const milliseconds = z.int().min(0).max(600_000);

const disturbance = z.discriminatedUnion('kind', [
  z.strictObject({ ...match, moment, kind: z.literal('throttle') }),
  z.strictObject({
    ...match,
    moment,
    kind: z.literal('error'),
    code: z.string().min(1),
    status: z.int().min(400).max(599).default(400),
    message: z.string().default('An error injected by a fault rule.'),
  }),
  z.strictObject({ ...match, moment, kind: z.literal('delay'), milliseconds }),
  z.strictObject({ ...match, moment, kind: z.literal('hang') }),
  z.strictObject({ ...match, moment, kind: z.literal('reset') }),
  z.strictObject({ ...match, moment, kind: z.literal('html'), status: z.int().min(200).max(599).default(503) }),
  z.strictObject({ ...match, moment, kind: z.literal('text'), status: z.int().min(200).max(599).default(503) }),
  z.strictObject({ ...match, moment, kind: z.literal('empty'), status: z.int().min(200).max(599).default(200) }),
  z.strictObject({ ...match, moment: afterwards, kind: z.literal('truncate'), bytes: z.int().min(0) }),
  z.strictObject({ ...match, moment: afterwards, kind: z.literal('cut'), bytes: z.int().min(0) }),
  z.strictObject({
    ...match,
    moment: afterwards,
    kind: z.literal('flip'),
    /** The position of the byte, counted from 0, modulo the length of the response. */
    byte: z.int().min(0),
    /** The bits to invert. */
    mask: z.int().min(1).max(255),
  }),
  z.strictObject({ ...match, moment: afterwards, kind: z.literal('drip'), milliseconds }),
  z.strictObject({ ...match, moment: afterwards, kind: z.literal('wrongRoot') }),
]);

/** The list of rules that `POST /_emulator/faults` accepts. */
export const disturbanceRules = z.array(disturbance).max(1000);

/** A rule that disturbs some calls: which calls, how, and at what moment. */
export type Disturbance = z.infer<typeof disturbance>;

/** The properties of a call that a rule can match; null if the request does not contain them. */
interface Disturbed {
  readonly service: string | null;
  readonly action: string | null;
  readonly account: string | null;
  /** Null for a call in any region. */
  readonly region: string | null;
  /** The ARN of the role whose session calls. */
  readonly role: string | null;
}

/** The active fault rules. */
export interface Disturbances {
  replace(rules: readonly Disturbance[]): void;
  all(): readonly Disturbance[];
  /** Returns the rules that match a call, without counting it. */
  matching(call: Disturbed): readonly Disturbance[];
  /** Counts the call for every matching rule and returns the first rule that applies. */
  strike(call: Disturbed): Disturbance | undefined;
}

/** Creates an empty set of rules. */
export function createDisturbances(): Disturbances {
  let rules: { rule: Disturbance; strikes: Counter }[] = [];
  return {
    replace(next) {
      rules = next.map((rule) => ({ rule, strikes: counter(rule) }));
    },
    all: () => rules.map(({ rule }) => rule),
    matching: (call) => rules.map(({ rule }) => rule).filter((rule) => concerns(rule, call)),
    strike(call) {
      let struck: Disturbance | undefined;
      // Every rule counts every matching call, so that one rule never shifts the `nth` of another.
      for (const { rule, strikes } of rules) if (strikes(call, struck === undefined)) struck = rule;
      return struck;
    },
  };
}

/** Counts a call and returns whether the rule applies to it. `isFree` is false if an earlier rule already applies. */
type Counter = (call: Disturbed, isFree: boolean) => boolean;

function counter(rule: Disturbance): Counter {
  const random = createRandom(rule.seed);
  const nth = rule.nth === undefined ? undefined : [rule.nth].flat();
  const isWithin = rule.perSecond === undefined ? () => false : createAllowance(rule.perSecond);
  let seen = 0;
  let struck = 0;
  return (call, isFree) => {
    if (!concerns(rule, call)) return false;
    seen += 1;
    if (rule.times !== undefined && struck >= rule.times) return false;
    if (nth && !nth.includes(seen)) return false;
    if (rule.every !== undefined && seen % rule.every !== 0) return false;
    if (isWithin()) return false;
    const isLucky = rule.probability === undefined || random() < rule.probability;
    if (!isFree || !isLucky) return false;
    struck += 1;
    return true;
  };
}

function concerns(rule: Disturbance, call: Disturbed): boolean {
  const { role } = rule;
  if (role !== undefined && role !== call.role && role !== call.role?.split('/').at(-1)) return false;
  const fields = ['service', 'action', 'account', 'region'] as const;
  return fields.every((field) => rule[field] === undefined || rule[field] === call[field]);
}

/** Creates a token bucket of one second's calls, as AWS throttles; each call returns whether a token was left. */
function createAllowance(perSecond: number): () => boolean {
  const size = Math.max(perSecond, 1);
  let left = size;
  let at = performance.now();
  return () => {
    const now = performance.now();
    left = Math.min(left + ((now - at) / 1000) * perSecond, size);
    at = now;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}

/** Creates a seeded random number generator (mulberry32) of numbers from 0 up to, but not including, 1. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
