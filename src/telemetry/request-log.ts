import type { ObservedEnd, ObservedRequest } from '../server/observation/observer.ts';
import { type Log, withRequestId } from './log.ts';
import type { Observer } from './observers.ts';
import { hasOperation, outcomeOf } from './outcome.ts';

/**
 * Creates the observer that logs one line for each request, when its response has ended: at the level info for an
 * operation, and at the level debug for a request without one, such as for GraphiQL or with an invalid token.
 */
export function createRequestLog(log: Log): Observer {
  return {
    run: (request, answer) => withRequestId(request.id, answer),
    end: (request, end) => {
      const isOperation = hasOperation(request);
      const line = describe(request, end);
      if (isOperation) log.info(line, 'Operation');
      else log.debug(line, 'Request');
    },
    call: (_call, make) => make(),
  };
}

function describe(request: ObservedRequest, end: ObservedEnd): object {
  const { operation, subject, address, cost, aws, codes, startedAt, headers } = request;
  return {
    requestId: request.id,
    operation: operation?.name,
    kind: operation?.kind,
    subject,
    address,
    userAgent: headers['user-agent'],
    status: end.status,
    outcome: outcomeOf(request, end),
    codes: codes.size > 0 ? [...codes] : undefined,
    milliseconds: Math.round(performance.now() - startedAt),
    cost,
    awsCalls: aws?.calls,
    coalesced: aws?.coalesced,
    cached: aws?.cached,
  };
}
