import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import stringify from 'safe-stable-stringify';
import { type SentCall, tookEffect } from '../../aws/usage.ts';
import { InvalidInputError, OutcomeUnknownError, PreconditionFailedError, SnapgateError } from '../../errors.ts';
import type { Outcomes } from '../../replicas/outcomes.ts';
import type { Maybe } from '../../snapshots/maybe.ts';
import {
  type ChangeResult,
  fromStored,
  fromStoredError,
  type ReviveOptions,
  type StoredOutcome,
  toStored,
  toStoredError,
} from './stored-outcome.ts';

/** The part of every input that makes a repetition return the first outcome. */
export interface Keyed {
  readonly idempotencyKey?: Maybe<string>;
  readonly dryRun?: Maybe<boolean>;
}

/** One requested change. */
export interface Requested<Result> {
  readonly subject: string;
  /** The name of the mutation. */
  readonly operation: string;
  readonly input: Keyed;
  /** The calls that the request has sent to change something, to which `make` appends. */
  readonly sent: readonly SentCall[];
  /** Ends the wait for a first request that is still running. */
  readonly signal: AbortSignal | undefined;
  /** Makes the change. */
  make(): Promise<Result>;
  /** Records the change, or a repetition of it, in the audit log, and returns its result. */
  record(make: () => Promise<Result>, isRepetition?: boolean): Promise<Result>;
}

/** The outcomes that are kept, and the changes of this process that are running, by the keys of their outcomes. */
export interface Repetitions {
  readonly outcomes: Outcomes;
  readonly running: Map<string, Promise<unknown>>;
}

/** What is kept for a key: a digest of the input and, after the change has ended, its outcome. */
interface Kept {
  readonly input: string;
  /** Distinguishes the claims of several requests. */
  readonly claim?: string;
  readonly outcome?: StoredOutcome;
}

/** How often the outcome of a first request to another replica is read, in milliseconds. */
const interval = 250;

/**
 * Makes a change, unless the same subject has requested the same change with the same idempotency key before: then
 * returns the first outcome. An outcome is not kept if nothing was done, and of a dry run. Throws INVALID_INPUT if the
 * key is invalid or was used with another input, and UPSTREAM if a configured Redis server does not respond.
 */
export async function onceForKey<Result extends ChangeResult>(
  repetitions: Repetitions,
  requested: Requested<Result>,
  revive: ReviveOptions,
): Promise<Result> {
  const { subject, operation, input, make, record } = requested;
  const { idempotencyKey, dryRun, ...others } = input;
  if (idempotencyKey == null) return record(make);
  const key = digest([subject, operation, idempotencyKey]);
  const given = digest(Object.fromEntries(Object.entries(others).filter(([, value]) => value != null)));
  let found: StoredOutcome | undefined;
  try {
    requireKey(idempotencyKey);
    if (dryRun) return await record(make);
    found = await claim(repetitions, requested.signal, key, given);
  } catch (error) {
    if (dryRun) throw error;
    return record(() => Promise.reject(error));
  }
  if (found === undefined) return runFirst(repetitions, requested, key, given);
  const outcome = found;
  return record(async () => {
    if (outcome.kind === 'error') throw fromStoredError(outcome.error);
    const result = fromStored(outcome, revive);
    // The operation is part of the key and determines the type of the result.
    if (result) return result as Result;
    throw new PreconditionFailedError(
      'The first request with this idempotencyKey has issued credentials, and its password is not kept. To issue another password, omit idempotencyKey or use a new one.',
    );
  }, true);
}

/** Returns undefined if this request is the first one; waits for the outcome of a first request that is running. */
async function claim(
  repetitions: Repetitions,
  signal: AbortSignal | undefined,
  key: string,
  given: string,
): Promise<StoredOutcome | undefined> {
  const { outcomes, running } = repetitions;
  const text = await outcomes.claim(key, JSON.stringify({ input: given, claim: randomUUID() } satisfies Kept));
  if (text === undefined) return undefined;
  const { input, outcome } = JSON.parse(text) as Kept;
  if (input !== given) {
    throw new InvalidInputError(
      'idempotencyKey was used before with another input. Use a new key for each change, and the same key only to repeat the same input.',
      ['input', 'idempotencyKey'],
    );
  }
  if (outcome) return outcome;
  if (signal?.aborted) {
    throw new OutcomeUnknownError(
      'The first request with this idempotencyKey has not ended, so its outcome is unknown. Repeat the request later, or read the resource.',
    );
  }
  const wait = sleep(interval, undefined, signal && { signal });
  await Promise.race([running.get(key) ?? wait, wait]).catch(() => {});
  return claim(repetitions, signal, key, given);
}

async function runFirst<Result extends ChangeResult>(
  { outcomes, running }: Repetitions,
  requested: Requested<Result>,
  key: string,
  input: string,
): Promise<Result> {
  const keep = async (outcome: StoredOutcome | undefined) => {
    const kept = outcome && JSON.stringify({ input, outcome } satisfies Kept);
    // If this fails, the outcome is unknown to repetitions, and the change is not made again.
    await (kept === undefined ? outcomes.release(key) : outcomes.keep(key, kept)).catch(() => {});
  };
  const first = runAndKeep(requested, keep);
  running.set(key, first);
  return first.finally(() => running.delete(key));
}

/** Keeps the outcome, or undefined if nothing was done. */
async function runAndKeep<Result extends ChangeResult>(
  { operation, sent, make, record }: Requested<Result>,
  keep: (outcome: StoredOutcome | undefined) => Promise<void>,
): Promise<Result> {
  const before = sent.length;
  const isPartlyDone = () => sent.slice(before).some(tookEffect);
  try {
    const result = await record(make);
    const errors = 'results' in result ? result.results.map(({ error }) => error) : [null];
    const isDone = isPartlyDone() || errors.some((error) => error === null || error instanceof OutcomeUnknownError);
    await keep(isDone ? toStored(result, isDeletion(operation)) : undefined);
    return result;
  } catch (error) {
    const isUnexpected = !(error instanceof SnapgateError) && sent.length > before;
    const isDone = isPartlyDone() || isUnexpected || error instanceof OutcomeUnknownError;
    await keep(isDone ? { kind: 'error', error: toStoredError(error) } : undefined);
    throw error;
  }
}

function isDeletion(operation: string): boolean {
  return operation.startsWith('delete');
}

function requireKey(key: string): void {
  if (/^[ -~]{1,128}$/.test(key)) return;
  throw new InvalidInputError(
    `idempotencyKey is ${JSON.stringify(key.slice(0, 200))}; it must have 1 to 128 printable ASCII characters.`,
    ['input', 'idempotencyKey'],
  );
}

function digest(value: unknown): string {
  return createHash('sha256')
    .update(stringify(value) ?? '')
    .digest('base64url');
}
