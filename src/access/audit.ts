import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { z } from 'zod';
import { ConfigurationError, ForbiddenError, SnapgateError } from '../errors.ts';
import type { PlannedCall } from '../graphql/planned-call.ts';

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

/** What is told of the result of a change, which may hold a secret besides. */
interface ChangeResult {
  readonly plannedCalls: readonly PlannedCall[];
  readonly results?: readonly { readonly id: string; readonly error: SnapgateError | null }[];
}

/** Records changes. */
export interface Audit {
  /** Makes a change between two records; FORBIDDEN, and nothing is asked of AWS, where the first cannot be written. */
  record<Result extends ChangeResult>(
    asked: AskedChange,
    requestIds: readonly string[],
    change: () => Promise<Result>,
  ): Promise<Result>;
}

/** `complain` hears of a record that could not be written after a change was made. */
export function createAudit(write: AuditSink, complain: (error: unknown) => void): Audit {
  return {
    record: async (asked, requestIds, change) => {
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
      const told = (more: object) => tell('done', { ...more, requestIds }).catch(complain);
      try {
        const result = await change();
        await told({ outcome: asked.input.dryRun ? 'planned' : 'done', ...describe(result) });
        return result;
      } catch (error) {
        await told(describeError(error));
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

function describe({ plannedCalls, results }: ChangeResult): object {
  const calls = plannedCalls.map(({ source, action, parameters }) => ({ source: source.key, action, parameters }));
  const failures = results?.flatMap(({ id, error }) => (error ? [{ id, ...describeError(error) }] : []));
  return { calls, ...(failures && { failures }) };
}

function describeError(error: unknown): object {
  if (!(error instanceof SnapgateError)) return { outcome: 'failed' };
  const { code, message, fault, requestId } = error;
  return { outcome: code === 'OUTCOME_UNKNOWN' ? 'unknown' : 'refused', code, message, fault, requestId };
}
