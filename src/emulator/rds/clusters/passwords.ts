import { invalidValue, type Fault } from '../../fault.ts';
import type { ClusterSettings } from './settings.ts';

/** Throws unless the master user has either a valid password or one in Secrets Manager. Neptune has no master user. */
export function checkMasterUser(input: ClusterSettings): void {
  const { Engine, MasterUsername, MasterUserPassword, ManageMasterUserPassword = false } = input;
  const { MasterUserSecretKmsKeyId } = input;
  if (MasterUserSecretKmsKeyId !== undefined && !ManageMasterUserPassword) {
    throw invalidValue('A ManageMasterUserPassword value is required when MasterUserSecretKmsKeyId is specified.');
  }
  if (Engine === 'neptune') return;
  if (!MasterUsername) throw invalidValue('The parameter MasterUsername must be provided and must not be blank.');
  checkName(MasterUsername, Engine);
  if (ManageMasterUserPassword) {
    if (MasterUserPassword === undefined) return;
    throw exclusivePasswords();
  }
  if (!MasterUserPassword) {
    throw invalidValue('The parameter MasterUserPassword must be provided and must not be blank.');
  }
  checkPassword(MasterUserPassword);
}

/** Returns the fault for a password besides one in Secrets Manager. */
export function exclusivePasswords(): Fault {
  return invalidValue(
    'MasterUserPassword and ManageMasterUserPassword are mutually exclusive. Specify only one of these parameters.',
  );
}

function checkName(name: string, engine: string | undefined): void {
  if (!/^[a-z].{0,62}$/i.test(name)) throw invalidValue('Invalid master user name');
  const isReserved =
    name.toLowerCase() === 'rdsadmin' || (name.toLowerCase() === 'admin' && !engine?.endsWith('mysql'));
  if (!isReserved) return;
  throw invalidValue(`MasterUsername ${name} cannot be used as it is a reserved word used by the engine`);
}

/** Throws InvalidParameterValue for a password that is too short or too long, or with a character that is not allowed. */
export function checkPassword(password: string): void {
  const invalid = 'The parameter MasterUserPassword is not a valid password';
  if (password.length < 8) throw invalidValue(`${invalid} because it is shorter than 8 characters.`);
  if (password.length > 100) throw invalidValue(`${invalid} because it is longer than 100 characters.`);
  if (/^[!#-.0-?A-~]+$/.test(password)) return;
  throw invalidValue(`${invalid}. Only printable ASCII characters besides '/', '@', '"', ' ' may be used.`);
}
