/** What distinguishes one AWS service wherever its name appears. */
interface ServiceEntry {
  /** Its name for people, in messages and documentation. */
  readonly title: string;
  /** The description of its value in the `Service` enum. */
  readonly description: string;
  /** The service part of its ARNs; services on one control plane share it. */
  readonly arnNamespace: string;
  /** The GraphQL types of its records, which precede their ids. */
  readonly types: { readonly snapshot: string; readonly cluster: string };
}

/** The only list of services: every enum, error text and configuration schema is derived from it. */
export const serviceTable = {
  REDSHIFT: {
    title: 'Amazon Redshift',
    description: 'Amazon Redshift, provisioned clusters.',
    arnNamespace: 'redshift',
    types: { snapshot: 'RedshiftSnapshot', cluster: 'RedshiftCluster' },
  },
  // Its control plane is that of Amazon RDS.
  DOCUMENTDB: {
    title: 'Amazon DocumentDB',
    description: 'Amazon DocumentDB (with MongoDB compatibility), instance-based clusters.',
    arnNamespace: 'rds',
    types: { snapshot: 'DocumentDBSnapshot', cluster: 'DocumentDBCluster' },
  },
} as const satisfies Readonly<Record<string, ServiceEntry>>;

/** A service as the GraphQL enum names it. */
export type ServiceName = keyof typeof serviceTable;

/** Every service, in the order in which lists read their sources. */
export const serviceNames = Object.keys(serviceTable) as ServiceName[];

/** The titles of all services, for a sentence. */
export function serviceTitles(conjunction: 'and' | 'or'): string {
  const titles = new Intl.ListFormat('en', { type: conjunction === 'and' ? 'conjunction' : 'disjunction' });
  return titles.format(serviceNames.map((name) => serviceTable[name].title));
}

/** The service as the configuration file writes it. */
export type ServiceKey = Lowercase<ServiceName>;
export const serviceKeys = serviceNames.map((name) => name.toLowerCase() as ServiceKey);

/** The service of a key of the configuration file. */
export function serviceOfKey(key: ServiceKey): ServiceName {
  return key.toUpperCase() as ServiceName;
}

/** A service and one kind of its records. */
export interface RecordType {
  readonly service: ServiceName;
  readonly resource: 'snapshot' | 'cluster';
}

/** What a GraphQL type stands for; undefined where that is no record of a service. */
export function recordTypeOf(typename: string): RecordType | undefined {
  for (const service of serviceNames) {
    const { types } = serviceTable[service];
    if (types.snapshot === typename) return { service, resource: 'snapshot' };
    if (types.cluster === typename) return { service, resource: 'cluster' };
  }
  return undefined;
}

/** How many services share one ARN namespace at most, each of which an ARN is tried with. */
export const largestNamespace = Math.max(
  ...serviceNames.map(
    (name) => serviceNames.filter((each) => serviceTable[each].arnNamespace === serviceTable[name].arnNamespace).length,
  ),
);
