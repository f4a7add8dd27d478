/** Where the server reports what its clients do not see. */
export interface ServerLog {
  debug(...what: unknown[]): void;
  info(...what: unknown[]): void;
  warn(...what: unknown[]): void;
  error(...what: unknown[]): void;
  /** A failure of AWS, or of the way to it. */
  failed(error: Error): void;
  /** Why a request was not accepted. */
  refused(error: Error): void;
}
