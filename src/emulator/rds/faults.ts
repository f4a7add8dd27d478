import { Fault } from '../fault.ts';

/**
 * The wire codes of the RDS control plane's own faults and their HTTP statuses. Some keep the class's `Fault` suffix.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/API_Operations.html
 */
const statuses = {
  DBClusterAlreadyExistsFault: 400,
  DBClusterNotFoundFault: 404,
  DBClusterParameterGroupNotFound: 404,
  DBClusterQuotaExceededFault: 403,
  DBClusterRoleAlreadyExists: 400,
  DBClusterRoleNotFound: 404,
  DBClusterSnapshotAlreadyExistsFault: 400,
  DBClusterSnapshotNotFoundFault: 404,
  DBInstanceAlreadyExists: 400,
  DBInstanceNotFound: 404,
  DBParameterGroupNotFound: 404,
  DBSnapshotNotFound: 404,
  DBSubnetGroupNotFoundFault: 404,
  GlobalClusterNotFoundFault: 404,
  InvalidDBClusterSnapshotStateFault: 400,
  InvalidDBClusterStateFault: 400,
  InvalidDBInstanceState: 400,
  InvalidRestoreFault: 400,
  KMSKeyNotAccessibleFault: 400,
  SharedSnapshotQuotaExceeded: 400,
  SnapshotQuotaExceeded: 400,
} as const;

/** The codes of the faults that the emulated RDS returns. */
export type RdsFaultCode = keyof typeof statuses;

/** The codes and their HTTP statuses, for the test that compares them with AWS's model. */
export const rdsFaults: ReadonlyMap<string, number> = new Map(Object.entries(statuses));

/** Returns one of the RDS control plane's own faults, with the HTTP status that AWS gives it. */
export function rdsFault(code: RdsFaultCode, message: string): Fault {
  return new Fault(code, message, statuses[code]);
}
