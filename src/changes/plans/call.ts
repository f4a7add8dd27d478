import { operationOf } from '../../aws/connection.ts';
import { createUsage, type SentCall, type Usage } from '../../aws/usage.ts';
import { SnapgateError } from '../../errors.ts';
import type { Source } from '../../snapshots/source.ts';

/** One AWS call of a change, as clients see it. */
export interface PlannedCall {
  readonly source: Source;
  /** The name of the AWS operation, such as `CreateClusterSnapshot`. */
  readonly action: string;
  /** The input of the operation as JSON. */
  readonly parameters: string;
}

interface Answer {
  readonly $metadata: { readonly requestId?: string | undefined };
}

/** One AWS call that has not been made yet. */
export interface Call<Output> {
  readonly planned: PlannedCall;
  /** Rejects with a SnapgateError. */
  send(): Promise<Output>;
  /** Records whether the sent call changed something, if its response does not say so. */
  settle(isDone: boolean): void;
}

/**
 * Turns an SDK command into a call that `send` makes. The usage records the call with its request id or error, unless it
 * failed before a request was sent.
 */
export function toCall<Output extends Answer>(
  source: Source,
  command: { readonly input: object },
  usage: Usage,
  send: (usage: Usage) => Promise<Output>,
): Call<Output> {
  const planned = { source, action: operationOf(command), parameters: JSON.stringify(command.input) };
  let latest: SentCall | undefined;
  return {
    planned,
    settle: (isDone) => {
      if (latest) latest.isDone = isDone;
    },
    send: async () => {
      const sent: SentCall = (latest = { ...planned, source: source.key });
      const own = createUsage(usage);
      usage.sent.push(sent);
      try {
        const output = await send(own);
        sent.requestId = output.$metadata.requestId;
        return output;
      } catch (error) {
        const { code, requestId } = error instanceof SnapgateError ? error : { code: 'UNKNOWN' as const };
        if (own.calls === 0) usage.sent.splice(usage.sent.indexOf(sent), 1);
        else Object.assign(sent, { code, requestId });
        throw error;
      }
    },
  };
}
