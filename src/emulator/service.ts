import type { NormalizedSchema } from '@smithy/core/schema';

import type { Assumptions } from './assumptions.ts';
import type { Identity } from './sts/identities.ts';
import type { Region, World } from './world.ts';

/** Who calls, where, and the state that the call sees. */
export interface Call {
  readonly account: string;
  readonly region: string;
  readonly identity: Identity;
  /** The caller's own account and region in the world. */
  readonly here: Region;
  /** Everything else, for what crosses accounts and regions: shared snapshots, copies. */
  readonly world: World;
  readonly now: Date;
  readonly assumptions: Assumptions;
}

/** One AWS operation: takes the decoded input, changes the state, returns the output, throws a Fault. */
type Operation = (input: never, call: Call) => object;

/** One AWS Query API: what the wire needs to know of it and its operations by `Action`. */
export interface EmulatedService {
  readonly name: 'redshift' | 'rds' | 'sts';
  readonly version: string;
  readonly namespace: string;
  /** The SDK's exported operation schemas by `Action`: they drive decoding and encoding. */
  readonly schemas: ReadonlyMap<string, OperationSchema>;
  readonly operations: Readonly<Record<string, Operation>>;
  /** Members that AWS sends and the SDK's model lacks: by shape name, then by member name. */
  readonly extraMembers?: Readonly<Record<string, Readonly<Record<string, NormalizedSchema>>>>;
  /** The service's part of a world as JSON; absent for a service without state of its own. */
  readonly stock?: Stock;
}

/** How a service takes its resources from a world's JSON and gives them back. */
export interface Stock {
  /** Adds one resource, AWS member names and JSON values; throws an Error that says which member is wrong. */
  load(kind: 'cluster' | 'snapshot', members: Readonly<Record<string, unknown>>, place: Region, now: Date): void;
  /** The same resources, such that `load` of each makes the same state. */
  dump(place: Region, now: Date): { readonly clusters: readonly object[]; readonly snapshots: readonly object[] };
}

/** An SDK operation schema reduced to what the wire reads. */
export interface OperationSchema {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
}
