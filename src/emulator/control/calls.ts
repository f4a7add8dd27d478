import type { NormalizedSchema } from '@smithy/core/schema';

/** One AWS request as the emulator took it. */
export interface RecordedCall {
  readonly service: string | null;
  readonly action: string | null;
  readonly account: string | null;
  readonly region: string | null;
  /** The decoded input; passwords and what else the model marks as sensitive are masked. */
  readonly parameters: unknown;
  /** The HTTP status sent, null where the connection was left without an answer. */
  readonly status: number | null;
  /** The wire code of the fault, null for a success. */
  readonly code: string | null;
  /** The kind of the fault rule that changed the course of the call, null for none. */
  readonly disturbance: string | null;
  readonly requestId: string;
  /** The emulator's date of the call, ISO 8601. */
  readonly at: string;
}

/** The requests taken so far, oldest first; the oldest are forgotten beyond the limit. */
export interface Calls {
  add(call: RecordedCall): void;
  all(): readonly RecordedCall[];
  /** Empties the record, and returns what it held. */
  take(): readonly RecordedCall[];
}

/** Makes an empty record of at most `limit` calls. */
export function createCalls(limit = 100_000): Calls {
  let calls: RecordedCall[] = [];
  return {
    add(call) {
      calls.push(call);
      // Cutting a tenth at a time keeps the cost of a full record small.
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

/** The same input with every password, and every member that the model marks as sensitive, masked. */
export function maskSensitive(schema: NormalizedSchema, value: unknown): unknown {
  if (schema.getMergedTraits().sensitive) return '***';
  if (Array.isArray(value)) return value.map((item) => maskSensitive(schema.getValueSchema(), item));
  if (value instanceof Date || typeof value !== 'object' || value === null || !schema.isStructSchema()) return value;
  const members = Object.entries(value).map(([name, member]: [string, unknown]) => [
    name,
    // The DocumentDB model does not mark its MasterUserPassword.
    typeof member === 'string' && name.endsWith('Password')
      ? '***'
      : maskSensitive(schema.getMemberSchema(name), member),
  ]);
  return Object.fromEntries(members);
}
