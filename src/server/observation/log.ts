/** The log of the server, which clients do not see. */
export interface ServerLog {
  debug(...what: unknown[]): void;
  info(...what: unknown[]): void;
  warn(...what: unknown[]): void;
  error(...what: unknown[]): void;
  /** Logs a failure of AWS or of another service that the gateway calls, or a flawed response of AWS. */
  failed(error: Error): void;
  /** Logs why a request was not authenticated. */
  refused(error: Error): void;
}
