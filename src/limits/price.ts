/**
 * The kinds of records that are listed: `recoveryPoints` are the snapshots that a filter of clusters with conditions on
 * their snapshots reads.
 */
export type Listed = 'snapshots' | 'clusters' | 'recoveryPoints';

/** The values on which the price of a field depends, in addition to its arguments. */
export interface FleetSize {
  /** The number of sources that the principal can see. */
  readonly sources: number;
  /** The maximum number of AWS pages that one list reads. */
  readonly maximumPages: number;
  /** Whether the tags of records must be checked, because the principal may not see all records. */
  readonly isPartial: boolean;
  /** Whether the permissions of the principal for a record depend on the tags of the record. */
  readonly isTagScoped: boolean;
  /** Estimates the size of the list of all records that a filter selects; all zero for an invalid filter. */
  listSize(what: Listed, filter?: unknown): ListSize;
}

/** The estimated size of a list over several sources. */
export interface ListSize {
  readonly sources: number;
  /** The AWS calls of reading the list in full: none for what is kept in memory or being read. */
  readonly calls: number;
  readonly records: number;
  /** Whether the list of a source has more AWS pages than the maximum of a full read. */
  readonly isTooLong: boolean;
  /** The AWS calls of testing the tags of all records: none for tags that AWS lists. */
  readonly tagTests: number;
  /** The AWS calls of testing the sharing of all records. */
  readonly sharingTests: number;
}

export type Arguments = Readonly<Record<string, unknown>>;

/** The estimated number of AWS calls of a field, without retries. */
export interface Price {
  /** The calls of the field itself, for each object that it is selected on. */
  readonly calls?: number;
  /** The maximum of these calls for all objects together, because the objects are read together. */
  readonly atMost?: number;
  /** The number of objects that the field lists; the calls of its selection count for each of them. */
  readonly listed?: number;
  /** The number of records on the page of this connection; the calls of their selection count for each of them. */
  readonly page?: number;
  /** The additional calls of counting the whole list, if a count is selected on this connection. */
  readonly count?: number;
  /** True on a field that returns the records of a page; an ancestor field declares their number in `page`. */
  readonly isPage?: boolean;
  /** True on a field that counts the whole list of an ancestor field, which declares the calls in `count`. */
  readonly isCount?: boolean;
}

/** Computes the price of a field from its arguments; declared on the field. */
export type PriceOf = (args: Arguments, fleet: FleetSize) => Price;

/** A field that needs no AWS call, because the request already has its data. */
export const free: PriceOf = () => ({});

/** A field whose calls are included in the price of an ancestor field. */
export const included: PriceOf = () => ({});

/** A fixed number of calls for each object, independent of the arguments. */
export function calls(count: number): PriceOf {
  return () => ({ calls: count });
}

/** A lookup of one record by its name; it can take a second call. */
export const lookup: PriceOf = calls(2);

/** The permissions for a record, which require its tags if a grant has conditions on tags. */
export const permissionsForRecord: PriceOf = (_args, { isTagScoped }) => (isTagScoped ? { calls: 1 } : {});

/** One object for each source; the field itself makes no calls. */
export const perSource: PriceOf = (_args, { sources }) => ({ listed: sources });

/** The records of a page or of a batch. */
export const page: PriceOf = () => ({ isPage: true });

/** The total number of records in the list. */
export const totalCount: PriceOf = () => ({ isCount: true });
