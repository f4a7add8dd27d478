import { type ExamineOptions, examine } from '../../src/doctor/checkup.ts';
import type { Check } from '../../src/doctor/finding.ts';

/** Makes checks, and returns the findings; each check can take 30 seconds. */
export function findingsOf(checks: readonly Check[], options: Partial<ExamineOptions> = {}) {
  return examine(checks, { seconds: 30, secrets: [], onDone: () => {}, ...options });
}
