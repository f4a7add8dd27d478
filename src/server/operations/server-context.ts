import type { Principal } from '../../access/principal.ts';
import type { ObservedRequest } from '../observation/observer.ts';

/** What the server knows of a request before GraphQL executes it. */
export interface ServerContext {
  readonly principal: Principal;
  /** Whether the body of the request holds one of the places for large bodies until the response ends. */
  readonly hasLargeBody: boolean;
  readonly observed: ObservedRequest;
}
