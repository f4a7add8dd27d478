import type { NormalizedSchema } from '@smithy/core/schema';

import type { Assumptions } from './assumptions.ts';
import type { Identity } from './sts/identities.ts';
import type { Region, World } from './world.ts';

/** The caller, the region and the state that an operation uses. */
export interface Call {
  readonly account: string;
  readonly region: string;
  readonly identity: Identity;
  /** The caller's own account and region in the world. */
  readonly here: Region;
  /** All accounts and regions, for shared snapshots and copies. */
  readonly world: World;
  readonly now: Date;
  readonly assumptions: Assumptions;
}

/** One AWS operation: takes the decoded input, changes the state and returns the output, or throws a Fault. */
type Operation = (input: never, call: Call) => object;

/** One AWS Query API: its wire format and its operations by `Action`. */
export interface EmulatedService {
  readonly name: 'redshift' | 'rds' | 'sts';
  readonly version: string;
  readonly namespace: string;
  /** The SDK's exported operation schemas by `Action`, used for decoding and encoding. */
  readonly schemas: ReadonlyMap<string, OperationSchema>;
  readonly operations: Readonly<Record<string, Operation>>;
  /** Members that AWS returns but the SDK's model lacks, by shape name and member name. */
  readonly extraMembers?: Readonly<Record<string, Readonly<Record<string, NormalizedSchema>>>>;
  /** Reads and writes the service's part of a world's JSON; absent for a service without state. */
  readonly stock?: Stock;
}

/** The world that a resource is loaded into. */
export interface Loading {
  /** The resource's own account and region. */
  readonly place: Region;
  /** All accounts and regions, with every cluster if a snapshot is loaded. */
  readonly world: World;
  readonly now: Date;
  readonly assumptions: Assumptions;
}

/** How a service reads its resources from a world's JSON and writes them back. */
export interface Stock {
  /** Adds one resource, given as AWS member names and JSON values; throws an Error that names the invalid member. */
  load(kind: 'cluster' | 'snapshot', members: Readonly<Record<string, unknown>>, loading: Loading): void;
  /** Returns the resources in the form that `load` reads; loading each of them restores the same state. */
  dump(
    place: Region,
    now: Date,
    assumptions: Assumptions,
  ): { readonly clusters: readonly object[]; readonly snapshots: readonly object[] };
}

/** An SDK operation schema, reduced to the parts that decoding and encoding use. */
export interface OperationSchema {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
}
