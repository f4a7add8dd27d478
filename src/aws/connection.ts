import type { MetadataBearer } from '@smithy/types';
import type { Fetched } from './calls/answer-cache.ts';
import { type CallOptions, createCalls, type Send } from './calls/calls.ts';
import { createReads } from './calls/reads.ts';
import type { Usage } from './usage.ts';

/** What the SDK's commands look like from here. */
interface Command {
  readonly input: object;
}

/** The way of one source to AWS: bounded, counted, with the errors translated. */
export interface Connection {
  /**
   * Makes a read call, unless the answer is known from a moment ago. Identical ones under way at the same time are one
   * call, which is aborted when nothing waits for it any more.
   */
  read<Output extends MetadataBearer>(command: Command, send: Send<Output>, usage: Usage): Promise<Fetched<Output>>;
  /**
   * Makes a call that changes something: sent once, shared with no other caller, and finished whether or not the client
   * that asked for it still waits. `send` must not retry.
   */
  write<Output extends MetadataBearer>(command: Command, send: Send<Output>, usage: Usage): Promise<Output>;
  /** Drops what was read until now, because what another account did shows here. */
  forget(): void;
}

export interface ConnectionOptions extends CallOptions {
  /** Called when something may have changed in the source, whichever replica changed it. */
  readonly onChange: () => void;
}

/** Opens no socket by itself; `send` decides which client carries the call. */
export function createConnection(options: ConnectionOptions): Connection {
  const { aws, access, onChange } = options;
  const { answers, roles } = aws;
  const calls = createCalls(options);
  const reads = createReads(answers, access.key, calls);
  const forget = () => {
    answers.forget(access.key);
    // A read that began before the change may not see it, so no other call joins it any more.
    reads.close();
  };
  answers.watch(access.key, onChange);
  return {
    read: (command, send, usage) => reads.read({ operation: operationOf(command), input: command.input }, send, usage),
    write: (command, send, usage) => {
      const operation = operationOf(command);
      const { signal, subject } = usage.scope;
      const named: typeof send = (sending) => roles.changing(subject, () => send(sending));
      return calls
        .change({ operation, send: named, usage, signal, subject })
        .catch((error: unknown) => {
          throw calls.translate(error, operation);
        })
        .finally(forget);
    },
    forget,
  };
}

/** The name of the AWS operation that an SDK command carries, such as `DescribeClusters`. */
export function operationOf(command: object): string {
  return command.constructor.name.replace(/Command$/, '');
}
