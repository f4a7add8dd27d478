import { documentdb } from './documentdb/service.ts';
import { redshift } from './redshift/service.ts';

/** The AWS services of this gateway, one line each; the key is the service's name in the context. */
export const services = {
  redshift,
  documentdb,
};
