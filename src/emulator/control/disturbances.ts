import { z } from 'zod';

const match = {
  service: z.enum(['redshift', 'rds', 'sts']).optional(),
  action: z.string().optional(),
  account: z
    .string()
    .regex(/^\d{12}$/)
    .optional(),
  region: z.string().optional(),
  /** Which of the matching calls, counted from 1. */
  nth: z.union([z.int().positive(), z.array(z.int().positive()).nonempty()]).optional(),
  /** Every so many of the matching calls. */
  every: z.int().positive().optional(),
  probability: z.number().min(0).max(1).optional(),
  /** Makes `probability` fall the same way each time. */
  seed: z.int().default(1),
  /** Only what goes beyond so many calls in a second. */
  perSecond: z.number().positive().optional(),
  /** How often at most. */
  times: z.int().positive().optional(),
};

/** Before the action takes effect, which it then does not if the answer is replaced; or after. */
const moment = z.enum(['before', 'after']).default('before');
/** These spoil the answer of the action, so there must be one. */
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
    message: z.string().default('An error that a fault rule asked for.'),
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
    /** Which byte, counted from 0 and around where there are fewer. */
    byte: z.int().min(0),
    /** The bits that change. */
    mask: z.int().min(1).max(255),
  }),
  z.strictObject({ ...match, moment: afterwards, kind: z.literal('drip'), milliseconds }),
  z.strictObject({ ...match, moment: afterwards, kind: z.literal('wrongRoot') }),
]);

/** The list of rules that `POST /_emulator/faults` takes. */
export const disturbanceRules = z.array(disturbance).max(1000);

/** A rule that makes some calls go wrong: which ones, how, and at what moment. */
export type Disturbance = z.infer<typeof disturbance>;

/** What a rule may look at; what a request does not tell is null. */
interface Disturbed {
  readonly service: string | null;
  readonly action: string | null;
  readonly account: string | null;
  readonly region: string;
}

/** The rules in force. */
export interface Disturbances {
  replace(rules: readonly Disturbance[]): void;
  all(): readonly Disturbance[];
  /** Counts the call for every rule that it matches and returns the first one that strikes. */
  strike(call: Disturbed): Disturbance | undefined;
}

/** Makes an empty set of rules. */
export function createDisturbances(): Disturbances {
  let rules: { rule: Disturbance; strikes: Counter }[] = [];
  return {
    replace(next) {
      rules = next.map((rule) => ({ rule, strikes: counter(rule) }));
    },
    all: () => rules.map(({ rule }) => rule),
    strike(call) {
      let struck: Disturbance | undefined;
      // Every rule sees every call, so that what one does never shifts the `nth` of another.
      for (const { rule, strikes } of rules) if (strikes(call, struck === undefined)) struck = rule;
      return struck;
    },
  };
}

/** Counts a call and says whether the rule strikes it, if it is free to. */
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
  const fields = ['service', 'action', 'account', 'region'] as const;
  return fields.every((field) => rule[field] === undefined || rule[field] === call[field]);
}

/** A bucket of one second's calls that fills as they are used, as AWS throttles: whether one more is in it. */
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

/** A small seeded generator (mulberry32): numbers from 0 to below 1. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
