import type { NormalizedSchema } from '@smithy/core/schema';

/** One AWS request that the emulator received. */
export interface RecordedCall {
  readonly service: string | null;
  readonly action: string | null;
  readonly account: string | null;
  readonly region: string | null;
  /** The ARN of the role whose session calls; null for a caller without a role. */
  readonly role: string | null;
  /** The decoded input; passwords and members that the model marks as sensitive are masked. */
  readonly parameters: unknown;
  /** The HTTP status; null if no response was sent. */
  readonly status: number | null;
  /** The wire code of the fault; null for a success. */
  readonly code: string | null;
  /** The kind of the fault rule that applied to the call; null for none. */
  readonly disturbance: string | null;
  readonly requestId: string;
  /** The emulated date of the call, in ISO 8601. */
  readonly at: string;
}

/** The recorded requests, oldest first. Beyond the limit, the oldest are dropped. */
export interface Calls {
  add(call: RecordedCall): void;
  all(): readonly RecordedCall[];
  /** Returns the recorded calls and clears the record. */
  take(): readonly RecordedCall[];
}

/** Creates an empty record of at most `limit` calls. */
export function createCalls(limit = 100_000): Calls {
  let calls: RecordedCall[] = [];
  return {
    add(call) {
      calls.push(call);
      // Dropping a tenth at a time keeps `add` cheap when the record is full.
      if (calls.length > limit) calls = calls.slice(-Math.floor(limit * 0.9));
    },
    all: () => calls,
    take() {
      const taken = calls;
      calls = [];
      return taken;
    },
  };
}

/** Returns the input with every password and every member that the model marks as sensitive masked. */
export function maskSensitive(schema: NormalizedSchema, value: unknown): unknown {
  if (schema.getMergedTraits().sensitive) return '***';
  if (Array.isArray(value)) return value.map((item) => maskSensitive(schema.getValueSchema(), item));
  if (value instanceof Date || typeof value !== 'object' || value === null || !schema.isStructSchema()) return value;
  const members = Object.entries(value).map(([name, member]: [string, unknown]) => [
    name,
    // The DocumentDB model does not mark MasterUserPassword as sensitive.
    typeof member === 'string' && name.endsWith('Password')
      ? '***'
      : maskSensitive(schema.getMemberSchema(name), member),
  ]);
  return Object.fromEntries(members);
}
