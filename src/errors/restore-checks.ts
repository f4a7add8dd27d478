/** Whether a requirement is met. UNKNOWN: it could not be checked, which never counts as YES. */
export type Verdict = 'YES' | 'NO' | 'UNKNOWN';

/** What AWS and the gateway require of a restore. */
export type RestoreRequirement =
  | 'SNAPSHOT_AVAILABLE'
  | 'NAME_FREE'
  | 'NODE_TYPE_RESTORABLE'
  | 'NODE_COUNT_SUFFICIENT'
  | 'INSTANCE_CLASS_OFFERED'
  | 'ENGINE_VERSION_OFFERED'
  | 'KMS_KEY_USABLE'
  | 'SUBNET_GROUP_EXISTS'
  | 'PARAMETER_GROUP_FITS'
  | 'SECURITY_GROUPS_GIVEN'
  | 'QUOTA_FREE'
  | 'POLICY';

/** One requirement of a restore, checked before AWS is asked to change anything. */
export interface RestoreCheck {
  readonly requirement: RestoreRequirement;
  readonly verdict: Verdict;
  /** What was found, and what to do if the requirement is not met. */
  readonly message: string;
  /** The path, in the arguments, of the value to change; null if there is none. */
  readonly field: readonly string[] | null;
}
