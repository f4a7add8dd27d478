import type { Defect } from '../../fleet/backend.ts';
import { toWord } from '../../snapshots/snapshot.ts';

/** The value of Engine by which an RDS resource belongs to Amazon DocumentDB. */
export const documentDBEngine = 'docdb';

/** A snapshot or cluster of the control plane of Amazon RDS. */
interface RdsResource {
  readonly Engine?: string | undefined;
}

/** Whether a resource is known to belong to another engine, such as Aurora or Neptune. */
export function isOtherEngine({ Engine }: RdsResource): boolean {
  return Engine !== undefined && toWord(Engine) !== documentDBEngine;
}

/** Returns why a resource cannot be listed: it could belong to any engine, or it has no identifier. */
export function defectOf({ Engine }: RdsResource, identifier: string): Defect | undefined {
  if (Engine === undefined) return 'without an engine';
  return identifier === '' ? 'without an identifier' : undefined;
}
