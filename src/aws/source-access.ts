/** How the gateway accesses a source. Without a role, the gateway uses its own credentials. */
export interface SourceAccess {
  /** The key of the source. */
  readonly key: string;
  readonly account: string;
  readonly region: string;
  readonly role?: string | undefined;
  readonly externalId?: string | undefined;
}
