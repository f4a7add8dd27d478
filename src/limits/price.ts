/** What the price of a field depends on, besides its arguments. */
export interface FleetSize {
  /** Sources that the principal sees. */
  readonly sources: number;
  /** AWS pages that one list may read. */
  readonly maximumPages: number;
  /** Whether records have to be tested for their tags, because the principal may not see all. */
  readonly isPartial: boolean;
}

export type Arguments = Readonly<Record<string, unknown>>;

/** The most AWS calls that a field may make, retries apart. */
export interface Price {
  /** Calls of the field alone. */
  readonly calls?: number;
  /** How many objects the field lists, each with the calls of what is selected on it. */
  readonly listed?: number;
  /** How many records are on the page below it, on the fields that hold them. */
  readonly page?: number;
  /** The calls that counting all of its list takes besides, where that is selected below it. */
  readonly count?: number;
  /** Set on a field whose objects are the records of a page, of which a field above it knows the number. */
  readonly isPage?: boolean;
  /** Set on a field that counts the list that a field above it is. */
  readonly isCount?: boolean;
}

/** The price of a field by its arguments; it is declared on the field. */
export type PriceOf = (args: Arguments, fleet: FleetSize) => Price;

/** A field that answers from what the request has already. */
export const free: PriceOf = () => ({});

/** A field whose calls are in the price of a field above it. */
export const included: PriceOf = () => ({});

/** A number of calls, whatever the arguments. */
export function calls(count: number): PriceOf {
  return () => ({ calls: count });
}

/** A record by its name, which may be read again where AWS asks for it. */
export const lookup: PriceOf = calls(2);

/** One object for each source, without calls of its own. */
export const perSource: PriceOf = (_args, { sources }) => ({ listed: sources });

/** The records of a page or of a batch. */
export const page: PriceOf = () => ({ isPage: true });

/** The number of all records of the list above. */
export const totalCount: PriceOf = () => ({ isCount: true });
