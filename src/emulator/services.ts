import { createDisturbances, type Disturbances } from './control/disturbances.ts';
import { createIam } from './iam/service.ts';
import { kms } from './kms/service.ts';
import { rds } from './rds/service.ts';
import { redshift } from './redshift/service.ts';
import type { EmulatedService } from './service.ts';
import { createIdentities, type Identities } from './sts/identities.ts';
import { createSts } from './sts/service.ts';
import { createClock } from './world/clock.ts';

/** Returns every emulated service. Without `identities`, no caller is known: that suffices to read their operations. */
export function emulatedServices(
  identities: Identities = createIdentities(createClock()),
  disturbances: Disturbances = createDisturbances(),
): EmulatedService[] {
  return [redshift, rds, kms, createSts(identities), createIam(disturbances)];
}
