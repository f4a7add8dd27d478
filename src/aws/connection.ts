import type { MetadataBearer } from '@smithy/types';
import type { MaybePromise } from '../snapshots/maybe.ts';
import type { Fetched } from './calls/answer-cache.ts';
import { type CallOptions, createCalls, type Send } from './calls/calls.ts';
import { createReads } from './calls/reads.ts';
import type { SourceAccess } from './source-access.ts';
import { forgetReads, type Usage } from './usage.ts';

/** The part of an SDK command that a connection uses. */
interface Command {
  readonly input: object;
}

/** A read: the class of an SDK command, which names the operation, and the input of the command. */
export interface ReadCommand {
  readonly Command: Function;
  readonly input: object;
}

/** The AWS calls of one source: limited, counted, with errors translated. */
export interface Connection {
  /**
   * Makes a read call, or returns its response at once if it is cached in this process. Identical reads in progress share one call, which is aborted when
   * no caller waits for it any longer. `isOfRecord` marks a call that reads a single record, of which a page needs many:
   * such calls have a pace of their own, and wait for it until the request ends.
   */
  read<Output extends MetadataBearer>(
    command: ReadCommand,
    send: Send<Output>,
    usage: Usage,
    isOfRecord?: boolean,
  ): MaybePromise<Fetched<Output>>;
  /**
   * Makes a call that changes something. The call is sent once, is not shared with other callers, and is finished even
   * if its caller leaves. After it, the loaders of the request read from AWS again. `send` must not retry.
   */
  write<Output extends MetadataBearer>(command: Command, send: Send<Output>, usage: Usage): Promise<Output>;
  /** Discards the cached responses, because a change in another account affects this source. */
  forget(): void;
}

export interface ConnectionOptions extends CallOptions {
  /** Called when this or another replica may have changed the source. */
  readonly onChange: () => void;
}

/** Creates the connection of a source, without opening a socket; `send` decides which SDK client makes a call. */
export function createConnection(options: ConnectionOptions): Connection {
  const { aws, access, actionPrefix, onChange } = options;
  const { answers, roles, settings, connections } = aws;
  const calls = createCalls(options);
  const reads = createReads(answers, { key: access.key, reach: reachOf(access, settings.endpoint) }, calls);
  const forget = () => {
    answers.forget(access.key);
    // A read that started before the change may not include it, so no other read may join it.
    reads.close();
  };
  answers.watch(access.key, onChange);
  const { account, region } = access;
  connections.push(() => ({ service: actionPrefix, account, region, coalesced: reads.coalesced(), ...calls.state() }));
  return {
    read: ({ Command, input }, send, usage, isOfRecord = false) =>
      reads.read({ operation: operationNamed(Command), input, isOfRecord }, send, usage),
    write: (command, send, usage) => {
      const operation = operationOf(command);
      const { signal, subject } = usage.scope;
      const named: typeof send = (sending) => roles.changing(subject, () => send(sending));
      return calls
        .change({ operation, send: named, usage, signal, subject })
        .catch((error: unknown) => {
          throw calls.translate(error, operation);
        })
        .finally(() => {
          forget();
          forgetReads(usage);
        });
    },
    forget,
  };
}

/** Returns the AWS operation of an SDK command, such as `DescribeClusters`. */
export function operationOf(command: object): string {
  return operationNamed(command.constructor);
}

const operations = new WeakMap<Function, string>();

function operationNamed(Command: Function): string {
  const operation = operations.get(Command) ?? Command.name.replace(/Command$/, '');
  operations.set(Command, operation);
  return operation;
}

/** Identifies what a response depends on besides the source and the call: the endpoint, and the role that reads. */
export function reachOf({ role }: SourceAccess, endpoint: string | undefined): string {
  return JSON.stringify([endpoint ?? null, role ?? null]);
}
