import type { ServiceName } from '../snapshots/service.ts';
import { documentdb } from './documentdb/service.ts';
import { redshift } from './redshift/service.ts';
import type { Service } from './service.ts';

/** The adapter of each service in the service table, one line per service. */
export const services = {
  REDSHIFT: redshift,
  DOCUMENTDB: documentdb,
} satisfies Record<ServiceName, Service>;
