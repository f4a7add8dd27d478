import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import * as z from 'zod';
import type { RequestClient } from '../aws/request-scope.ts';
import { type SentCall, tookEffect } from '../aws/usage.ts';
import { ConfigurationError, type ErrorCode, ForbiddenError, SnapgateError } from '../errors.ts';
import { maskTokens } from '../masking.ts';
import { type AuditSink, createTimedSink, isStream } from './audit-sink.ts';

/** The `audit` of the configuration file. */
export const auditSetting = z.string().min(1).meta({
  description:
    'Where to write the audit log: the path of a file, relative to the working directory, `stdout`, the default of `serve`, or `stderr`. By default, `dev` writes none. Commands that print results, such as `query` and `mcp`, write to `stderr` instead of `stdout`. Every change is recorded before its first AWS call and after it ends.',
});

/** A requested change. */
export interface AskedChange {
  readonly principal: string;
  /** The name of the mutation. */
  readonly operation: string;
  /** The input as the client sent it; no input of a change contains a secret. */
  readonly input: { readonly dryRun?: boolean | null | undefined };
  /** True if the result is that of an earlier request with the same idempotency key. */
  readonly isRepetition?: true;
  /** The client that requested the change, if it was requested over HTTP. */
  readonly client?: RequestClient | undefined;
}

/** The recorded part of a planned call. */
interface AuditedCall {
  readonly source: { readonly key: string };
  readonly action: string;
  readonly parameters: string;
}

/** The recorded part of the result of a change; the other parts can contain a secret. */
export interface AuditedResult {
  readonly plannedCalls: readonly AuditedCall[];
  readonly results?: readonly { readonly id: string; readonly error: SnapgateError | null }[];
  /** What became of each call of a change of several calls, of which the first was made. */
  readonly steps?: readonly { readonly call: AuditedCall; readonly error: SnapgateError | null }[];
  /** The ARNs of the snapshots that AWS deletes because of a change of another resource. */
  readonly deletes?: readonly string[];
}

/** Records every change before and after it. */
export interface Audit {
  /**
   * Runs a change between two records. Throws FORBIDDEN without an AWS call if the first record cannot be written. The
   * change appends the calls that it sends to `sent`.
   */
  record<Result extends AuditedResult>(
    asked: AskedChange,
    sent: readonly SentCall[],
    change: () => Promise<Result>,
  ): Promise<Result>;
}

/** Creates an audit that writes to a sink; `reportFailure` receives the error if a record cannot be written in time. */
export function createAudit(sink: AuditSink, reportFailure: (error: Error) => void): Audit {
  const { write, requireProgress } = createTimedSink(sink);
  return {
    record: async (asked, sent, change) => {
      const id = randomUUID();
      const writeRecord = (phase: 'asked' | 'done', more: object) =>
        write(maskTokens(JSON.stringify({ audit: phase, at: new Date(), id, ...asked, ...more })));
      const writeAsked = async () => {
        requireProgress();
        await writeRecord('asked', {});
      };
      await writeAsked().catch((cause: Error) => {
        reportFailure(cause);
        throw new ForbiddenError(
          'The change was not started: its audit record cannot be written. Contact the operator of the gateway.',
          { cause },
        );
      });
      const before = sent.length;
      const writeDone = (what: (own: readonly SentCall[]) => object) => {
        const own = sent.slice(before);
        const requestIds = own.flatMap(({ requestId }) => requestId ?? []);
        return writeRecord('done', { ...what(own), requestIds }).catch(reportFailure);
      };
      try {
        const result = await change();
        await writeDone((own) => {
          if (asked.isRepetition) return { outcome: 'repeated', calls: own, failures: failuresOf(result.results) };
          return asked.input.dryRun ? describePlan(result) : describe(result, own);
        });
        return result;
      } catch (error) {
        const outcome = asked.isRepetition && { outcome: 'repeated' };
        await writeDone((own) => ({ ...describeError(error, own), ...outcome, calls: own }));
        throw error;
      }
    },
  };
}

/** Throws a ConfigurationError if the file cannot be opened for appending: the gateway would refuse every change. */
export async function requireAuditable(setting: string): Promise<void> {
  if (isStream(setting)) return;
  try {
    await using _file = await open(setting, 'a', 0o600);
  } catch (error) {
    throw new ConfigurationError([
      `audit is ${setting}, but this file cannot be written: ${(error as Error).message}.`,
    ]);
  }
}

function describePlan({ plannedCalls, results, deletes }: AuditedResult): object {
  const calls = plannedCalls.map(({ source, action, parameters }) => ({ source: source.key, action, parameters }));
  return { outcome: 'planned', calls, failures: failuresOf(results), deletes };
}

/** The outcomes of failed items, from the one that says least about what was changed. */
const worstFirst = ['unknown', 'partial', 'failed', 'refused'];

/**
 * The outcome of a batch is `partial` if some items failed; if all failed, it is the worst of their outcomes, and at
 * least `partial` if a call took effect.
 */
function describe({ results, steps, deletes }: AuditedResult, calls: readonly SentCall[]): object {
  if (steps) return { ...describeSteps(steps, calls), deletes };
  const failures = failuresOf(results);
  if (!results || !failures?.length) return { outcome: 'done', calls, failures };
  if (failures.length < results.length) return { outcome: 'partial', calls, failures };
  const worst = worstFirst.find((each) => failures.some(({ outcome }) => outcome === each)) ?? 'refused';
  return { outcome: partialIf(calls, worst), calls, failures };
}

/** The outcome of a change of several calls is that of the call that failed, and at least `partial` if one took effect. */
function describeSteps(steps: NonNullable<AuditedResult['steps']>, calls: readonly SentCall[]): object {
  const failures = steps.flatMap(({ call, error }) =>
    error ? [{ action: call.action, ...describeError(error, calls) }] : [],
  );
  return { outcome: failures[0]?.outcome ?? 'done', calls, failures };
}

function failuresOf(results: AuditedResult['results']) {
  return results?.flatMap(({ id, error }) => (error ? [{ id, ...describeError(error) }] : []));
}

function describeError(error: unknown, calls: readonly SentCall[] = []) {
  if (!(error instanceof SnapgateError)) return { outcome: partialIf(calls, 'failed') };
  const { code, message, fault, requestId } = error;
  const outcome = partialIf(calls, outcomes.get(code) ?? 'refused', error.isPartlyDone);
  return { outcome, code, message, fault, requestId };
}

/** Returns `partial` for a failed change of which a call took effect, unless its outcome is unknown. */
function partialIf(calls: readonly SentCall[], outcome: string, isPartlyDone = false): string {
  return outcome !== 'unknown' && (isPartlyDone || calls.some(tookEffect)) ? 'partial' : outcome;
}

/** The outcome by error code; for all other codes the outcome is `refused`, which means that nothing was changed. */
const outcomes: ReadonlyMap<ErrorCode, string> = new Map([
  ['OUTCOME_UNKNOWN', 'unknown'],
  ['UPSTREAM', 'failed'],
  ['TIMED_OUT', 'failed'],
]);
