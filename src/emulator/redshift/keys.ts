import { invalidValue, type Fault } from '../fault.ts';
import { usableKey, type KeyUse } from '../kms/store.ts';
import type { Assumptions } from '../world/assumptions.ts';
import { redshiftFault } from './faults.ts';

/** Who uses a key, and how the emulator refuses a key that cannot be used. */
interface RedshiftKeyUse extends KeyUse {
  readonly assumptions: Assumptions;
}

/** Returns the ARN of a key given as ARN, id or alias. Throws a fault unless the caller may use it. */
export function resolveKey(asked: string, use: RedshiftKeyUse): string {
  const key = usableKey(asked, use);
  if (key) return key.Arn;
  throw notUsable(asked, use.assumptions);
}

function notUsable(key: string, { redshiftDeniesUnusableKeys }: Assumptions): Fault {
  const message = `The KMS key ${key} does not exist, is not enabled, or its policy does not allow this account to use it.`;
  return redshiftDeniesUnusableKeys ? redshiftFault('DependentServiceAccessDenied', message) : invalidValue(message);
}
