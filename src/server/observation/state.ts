import type { AnswerCacheState } from '../../aws/calls/answer-cache.ts';
import type { SourceState } from '../../aws/calls/source-state.ts';
import type { Aws } from '../../aws/client.ts';
import type { FullReadsState } from '../../fleet/full-reads/full-reads.ts';
import type { Budget, BudgetState } from '../../limits/budget.ts';
import type { SubscriptionCaps } from '../../limits/subscriptions.ts';
import type { RedisLink } from '../../replicas/redis-link.ts';
import type { ServingState } from '../connections/serving.ts';

/** What a gateway is doing now, and its counts since the start. */
export interface GatewayState extends ServingState {
  readonly sources: readonly SourceState[];
  readonly cache: AnswerCacheState;
  readonly fullReads: FullReadsState;
  readonly budget: BudgetState;
  /** The open subscriptions. */
  readonly subscriptions: number;
  /** Whether Redis is connected; undefined if none is configured. */
  readonly isRedisConnected: boolean | undefined;
}

interface Parts {
  readonly aws: Pick<Aws, 'answers' | 'connections'>;
  readonly serving: () => ServingState;
  readonly fullReads: () => FullReadsState;
  readonly budget: () => Budget;
  readonly subscriptions: SubscriptionCaps;
  readonly redis: RedisLink | undefined;
}

/** Returns the function that reads the state of the parts of a gateway, without a call to AWS. */
export function createStateReader({
  aws,
  serving,
  fullReads,
  budget,
  subscriptions,
  redis,
}: Parts): () => GatewayState {
  return () => ({
    ...serving(),
    sources: aws.connections.map((read) => read()),
    cache: aws.answers.state(),
    fullReads: fullReads(),
    budget: budget().state(),
    subscriptions: subscriptions.count(),
    isRedisConnected: redis?.state().isConnected,
  });
}
