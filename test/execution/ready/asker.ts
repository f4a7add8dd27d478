import { graphql, parse } from 'graphql';
import { anonymous, type Principal } from '../../../src/access/principal.ts';
import { createBasis } from '../../../src/aws/calls/basis.ts';
import { createAws } from '../../../src/aws/client.ts';
import type { AwsSettings } from '../../../src/aws/settings.ts';
import { type ContextOptions, createContextFactory } from '../../../src/context.ts';
import { keepabilityOf } from '../../../src/execution/ready/keepability.ts';
import { questionOf, readyKeyOf } from '../../../src/execution/ready/ready-key.ts';
import { createReadyResponses } from '../../../src/execution/ready/ready-responses.ts';
import { createCursors } from '../../../src/fleet/paging/cursor.ts';
import { createSources } from '../../../src/fleet/sources.ts';
import { schema } from '../../../src/schema.ts';
import { account, oneAccount } from '../../support/gateway.ts';

export interface Asked {
  readonly variables?: Record<string, unknown>;
  readonly principal?: Principal;
  /** Whether the request bypasses the caches. */
  readonly isFresh?: boolean;
}

interface AskerOptions extends Pick<Partial<ContextOptions>, 'now' | 'credentials' | 'fullReads'> {
  /** The URL of the emulator. */
  readonly endpoint: string;
  readonly aws?: AwsSettings;
  readonly megabytes?: number;
}

/** Creates what executes operations against an emulator, with ready responses, as the server does. */
export function createAsker({ endpoint, aws, megabytes = 16, now, credentials, fullReads }: AskerOptions) {
  const createContext = createContextFactory({
    sources: createSources(oneAccount),
    cursors: createCursors([Buffer.alloc(32, 1)]),
    aws: createAws({
      endpoint,
      credentials: { accessKeyId: account, secretAccessKey: 'secret' },
      breaker: { failures: Infinity },
      ...aws,
      cache: { ageSeconds: 3600, ...aws?.cache },
      timeouts: { requestSeconds: 120, callSeconds: 60, connectionSeconds: 30 },
    }),
    maximumPages: 50,
    fullReads: { ageSeconds: 3600, megabytes: 64, maximumPages: 100, ...fullReads },
    now,
    credentials,
  });
  const ready = createReadyResponses({ megabytes, now });

  /** Executes an operation without ready responses. */
  const execute = async (
    source: string,
    { variables, principal = anonymous, isFresh = false }: Asked,
    basis?: ReturnType<typeof createBasis>,
  ) => {
    const contextValue = createContext(principal, { signal: undefined, isFresh, basis });
    const { data, errors = [] } = await graphql({ schema, source, variableValues: variables, contextValue });
    return { data: JSON.stringify(data), errors, usage: contextValue.usage };
  };

  /** Executes an operation, or answers it with a ready response. */
  const ask = async (source: string, asked: Asked = {}) => {
    const { variables, principal = anonymous, isFresh = false } = asked;
    const keepability = keepabilityOf(schema, parse(source));
    const question = questionOf({ document: source, operationName: null, variables });
    const key = keepability && question && readyKeyOf(question, principal, keepability);
    const hit = key !== undefined && !isFresh ? ready.get(key) : undefined;
    if (hit) return { data: hit.data.toString(), errors: [], isReady: true, cachedReads: hit.cachedReads };
    const made = await execute(source, asked, key === undefined ? undefined : createBasis());
    if (key !== undefined && keepability) {
      ready.set(key, { data: Buffer.from(made.data), errors: made.errors, usage: made.usage, keepability });
    }
    const { calls, coalesced, cached } = made.usage;
    return { data: made.data, errors: made.errors, isReady: false, cachedReads: calls + coalesced + cached };
  };

  return { ask, execute, ready };
}

export type Asker = ReturnType<typeof createAsker>;
