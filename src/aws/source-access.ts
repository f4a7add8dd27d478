/** How a source is reached: where, and as which role; without one, as the gateway itself. */
export interface SourceAccess {
  /** The key of the source. */
  readonly key: string;
  readonly account: string;
  readonly region: string;
  readonly role?: string | undefined;
  readonly externalId?: string | undefined;
}
