import type { NormalizedSchema } from '@smithy/core/schema';

import type { Assumptions } from './world/assumptions.ts';
import type { Fault } from './fault.ts';
import type { Identity } from './sts/identities.ts';
import type { Region, World } from './world/world.ts';

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

/** An AWS API: its operations, their wire format and its resources. */
export interface EmulatedService {
  readonly name: ServiceName;
  readonly protocol: QueryProtocol | JsonProtocol;
  /** The SDK's exported operation schemas by name, used for decoding and encoding. */
  readonly schemas: ReadonlyMap<string, OperationSchema>;
  readonly operations: Readonly<Record<string, Operation>>;
  /** Input members of the SDK's model that an operation refuses, because it does not emulate them. */
  readonly refused?: Readonly<Record<string, readonly string[]>>;
  /** Reads and writes the service's part of a world's JSON, by kind of resource. */
  readonly stock?: Stock;
}

/** The services whose resources a world contains, STS and IAM. */
export type ServiceName = 'redshift' | 'rds' | 'kms' | 'sts' | 'iam';

/** AWS Query: form parameters in, XML out. */
export interface QueryProtocol {
  readonly kind: 'query';
  readonly version: string;
  readonly namespace: string;
  /** Returns the fault for a missing required member. Default: MissingParameter. */
  readonly missing?: (name: string) => Fault;
}

/** AWS JSON 1.1: the operation is in the header X-Amz-Target, after the prefix and a period. */
export interface JsonProtocol {
  readonly kind: 'json';
  readonly targetPrefix: string;
}

/** The world that a resource is loaded into. */
export interface Loading {
  /** The resource's own account and region. */
  readonly place: Region;
  /** All accounts and regions, with every resource of the earlier kinds. */
  readonly world: World;
  readonly now: Date;
  readonly assumptions: Assumptions;
}

/** The kinds of resources of a world's JSON, in the order in which they are loaded: a kind can refer to earlier ones. */
export const resourceKinds = [
  'keys',
  'schedules',
  'grants',
  'parameterGroups',
  'groups',
  'clusters',
  'instances',
  'snapshots',
  'tableRestores',
] as const;

/** The name of a list of a world's JSON. */
export type ResourceKind = (typeof resourceKinds)[number];

/** How a service reads its resources from a world's JSON and writes them back. */
export type Stock = Readonly<Partial<Record<ResourceKind, ResourceStock>>>;

/** One kind of resource of one service. */
export interface ResourceStock {
  /** Adds one resource, given as AWS member names and JSON values; throws an Error that names the invalid member. */
  load(members: Readonly<Record<string, unknown>>, loading: Loading): void;
  /** Returns the resources in the form that `load` reads; loading each of them restores the same state. */
  dump(place: Region, now: Date, assumptions: Assumptions): readonly object[];
}

/** An SDK operation schema, reduced to the parts that decoding and encoding use. */
export interface OperationSchema {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
}
