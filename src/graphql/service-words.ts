import type { ServiceName } from './source.ts';

/** How a service is called where its name shows. */
export interface ServiceWords {
  /** In Amazon Resource Names. */
  readonly arn: string;
  /** Its types that have an id. */
  readonly types: readonly string[];
}

/** Amazon DocumentDB's resources are named as those of Amazon RDS, whose control plane serves it. */
export const serviceWords: Readonly<Record<ServiceName, ServiceWords>> = {
  REDSHIFT: { arn: 'redshift', types: ['RedshiftSnapshot', 'RedshiftCluster'] },
  DOCUMENTDB: { arn: 'rds', types: ['DocumentDBSnapshot', 'DocumentDBCluster'] },
};
