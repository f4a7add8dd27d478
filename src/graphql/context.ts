import type { Principal } from '../access/principal.ts';
import type { Rights } from '../access/rights.ts';
import type { Changes } from '../changes/changes.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { SeenProgress } from '../fleet/progress/streams.ts';
import type { Sources } from '../fleet/sources.ts';

/** The part of a request's context that resolvers can access. */
export interface Context {
  readonly principal: Principal;
  readonly rights: Rights;
  /** The sources in which the principal may see at least something. */
  readonly sources: Sources;
  readonly fleet: Fleet;
  readonly changes: Changes;
  readonly progress: SeenProgress;
}
