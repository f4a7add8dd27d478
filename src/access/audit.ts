import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { z } from 'zod';
import type { SentCall } from '../aws/usage.ts';
import { ConfigurationError, type ErrorCode, ForbiddenError, SnapgateError } from '../errors.ts';

/** The `audit` of the configuration file. */
export const auditSetting = z.string().min(1).meta({
  description: 'Where every change is recorded before and after it: a file, or stdout, the default of `serve`.',
});

/** Writes one line, and resolves when it is safe. */
export type AuditSink = (line: string) => Promise<void>;

/** A change that somebody asks for. */
export interface AskedChange {
  readonly principal: string;
  /** The name of the mutation. */
  readonly operation: string;
  /** As it was given; no input of a change holds a secret. */
  readonly input: { readonly dryRun?: boolean | null | undefined };
}

/** What is recorded of a call that would be made. */
interface AuditedCall {
  readonly source: { readonly key: string };
  readonly action: string;
  readonly parameters: string;
}

/** What is recorded of the result of a change, which may hold a secret besides. */
export interface AuditedResult {
  readonly plannedCalls: readonly AuditedCall[];
  readonly results?: readonly { readonly id: string; readonly error: SnapgateError | null }[];
}

/** Records changes. */
export interface Audit {
  /**
   * Makes a change between two records; FORBIDDEN, and nothing is asked of AWS, where the first cannot be written. The
   * change adds the calls that it sends to those `sent` before it.
   */
  record<Result extends AuditedResult>(
    asked: AskedChange,
    sent: readonly SentCall[],
    change: () => Promise<Result>,
  ): Promise<Result>;
}

/** `complain` hears of a record that could not be written after a change was made. */
export function createAudit(write: AuditSink, complain: (error: unknown) => void): Audit {
  return {
    record: async (asked, sent, change) => {
      const id = randomUUID();
      const tell = (phase: 'asked' | 'done', more: object) =>
        write(JSON.stringify({ audit: phase, at: new Date(), id, ...asked, ...more }));
      await tell('asked', {}).catch((cause: unknown) => {
        complain(cause);
        throw new ForbiddenError(
          'Nothing is changed while the audit record of it cannot be written. Ask the operators.',
          {
            cause,
          },
        );
      });
      const before = sent.length;
      const told = (what: (own: readonly SentCall[]) => object) => {
        const own = sent.slice(before);
        const requestIds = own.flatMap(({ requestId }) => requestId ?? []);
        return tell('done', { ...what(own), requestIds }).catch(complain);
      };
      try {
        const result = await change();
        await told((own) => (asked.input.dryRun ? describePlan(result) : describe(result, own)));
        return result;
      } catch (error) {
        await told((own) => ({ ...describeError(error, own), calls: own }));
        throw error;
      }
    },
  };
}

/** Appends to a file, each line safe on the disk, or writes to the standard output. */
export function createAuditSink(setting: string): AuditSink {
  if (setting === 'stdout') {
    return (line) =>
      new Promise((resolve, reject) => {
        process.stdout.write(`${line}\n`, (error) => (error ? reject(error) : resolve()));
      });
  }
  return async (line) => {
    await using file = await open(setting, 'a', 0o600);
    await file.appendFile(`${line}\n`);
    await file.datasync();
  };
}

/** A ConfigurationError for a file that cannot be appended to, which would refuse every change. */
export async function requireAuditable(setting: string): Promise<void> {
  if (setting === 'stdout') return;
  try {
    await using _file = await open(setting, 'a', 0o600);
  } catch (error) {
    throw new ConfigurationError([`audit is ${setting}, which cannot be written: ${(error as Error).message}.`]);
  }
}

function describePlan({ plannedCalls, results }: AuditedResult): object {
  const calls = plannedCalls.map(({ source, action, parameters }) => ({ source: source.key, action, parameters }));
  return { outcome: 'planned', calls, failures: failuresOf(results) };
}

/** A batch is changed in part where some of it is; where nothing is, its failures say how that ended. */
function describe({ results }: AuditedResult, calls: readonly SentCall[]): object {
  const failures = failuresOf(results);
  if (!results || !failures?.length) return { outcome: 'done', calls, failures };
  if (failures.length < results.length) return { outcome: 'partial', calls, failures };
  const worst = failures.find(({ outcome }) => outcome !== 'refused');
  return { outcome: worst?.outcome ?? 'refused', calls, failures };
}

function failuresOf(results: AuditedResult['results']) {
  return results?.flatMap(({ id, error }) => (error ? [{ id, ...describeError(error) }] : []));
}

function describeError(error: unknown, calls: readonly SentCall[] = []) {
  const isPartial = calls.some(({ code }) => code === undefined);
  if (!(error instanceof SnapgateError)) return { outcome: isPartial ? 'partial' : 'failed' };
  const { code, message, fault, requestId } = error;
  const outcome = outcomes.get(code) ?? 'refused';
  return { outcome: isPartial && outcome !== 'unknown' ? 'partial' : outcome, code, message, fault, requestId };
}

/** What an error leaves of a change, where it is not that nothing was done. */
const outcomes: ReadonlyMap<ErrorCode, string> = new Map([
  ['OUTCOME_UNKNOWN', 'unknown'],
  ['UPSTREAM', 'failed'],
  ['TIMED_OUT', 'failed'],
]);
