import { Fault } from '../fault.ts';

/**
 * The wire codes of the RDS control plane's own faults and their HTTP status; some keep the `Fault` of their class name.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/API_Operations.html
 */
const statuses = {
  DBClusterAlreadyExistsFault: 400,
  DBClusterNotFoundFault: 404,
  DBClusterQuotaExceededFault: 403,
  DBClusterSnapshotAlreadyExistsFault: 400,
  DBClusterSnapshotNotFoundFault: 404,
  DBInstanceNotFound: 404,
  DBSnapshotNotFound: 404,
  InvalidDBClusterSnapshotStateFault: 400,
  InvalidDBClusterStateFault: 400,
  KMSKeyNotAccessibleFault: 400,
  SharedSnapshotQuotaExceeded: 400,
  SnapshotQuotaExceeded: 400,
} as const;

/** The codes of the faults that the emulated RDS answers with. */
export type RdsFaultCode = keyof typeof statuses;

/** The same codes as a list with their statuses, for those who check them against AWS's model. */
export const rdsFaults: ReadonlyMap<string, number> = new Map(Object.entries(statuses));

/** A fault of the RDS control plane's own with the status that AWS gives it. */
export function rdsFault(code: RdsFaultCode, message: string): Fault {
  return new Fault(code, message, statuses[code]);
}
