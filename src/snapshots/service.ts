/** The names and types of an AWS service. */
interface ServiceEntry {
  /** The display name of the service, for messages and documentation. */
  readonly title: string;
  /** The description of the service's value in the `Service` enum. */
  readonly description: string;
  /** The service part of the service's ARNs; services on one control plane share it. */
  readonly arnNamespace: string;
  /** The GraphQL types of the service's records, which are also part of their Node IDs. */
  readonly types: { readonly snapshot: string; readonly cluster: string };
  /** Its further GraphQL types whose objects have Node IDs. */
  readonly otherTypes?: readonly string[];
}

/** The only list of services: all enums, error messages and configuration schemas are derived from it. */
export const serviceTable = {
  REDSHIFT: {
    title: 'Amazon Redshift',
    description: 'Amazon Redshift: provisioned clusters.',
    arnNamespace: 'redshift',
    types: { snapshot: 'RedshiftSnapshot', cluster: 'RedshiftCluster' },
    otherTypes: ['SnapshotSchedule', 'TableRestore'],
  },
  // Amazon DocumentDB uses the control plane of Amazon RDS.
  DOCUMENTDB: {
    title: 'Amazon DocumentDB',
    description: 'Amazon DocumentDB (with MongoDB compatibility): instance-based clusters.',
    arnNamespace: 'rds',
    types: { snapshot: 'DocumentDBSnapshot', cluster: 'DocumentDBCluster' },
  },
} as const satisfies Readonly<Record<string, ServiceEntry>>;

/** The name of a service in the GraphQL enum. */
export type ServiceName = keyof typeof serviceTable;

/** The names of all services, in the order in which lists read their sources. */
export const serviceNames = Object.keys(serviceTable) as ServiceName[];

/** The titles of all services as a phrase, such as "A, B or C". */
export function serviceTitles(conjunction: 'and' | 'or'): string {
  const titles = new Intl.ListFormat('en', { type: conjunction === 'and' ? 'conjunction' : 'disjunction' });
  return titles.format(serviceNames.map((name) => serviceTable[name].title));
}

/** The name of a service in the configuration file. */
export type ServiceKey = Lowercase<ServiceName>;
export const serviceKeys = serviceNames.map((name) => name.toLowerCase() as ServiceKey);

/** Returns the service for its name in the configuration file. */
export function serviceOfKey(key: ServiceKey): ServiceName {
  return key.toUpperCase() as ServiceName;
}

/** A service, and one kind of its records. */
export interface RecordType {
  readonly service: ServiceName;
  readonly resource: 'snapshot' | 'cluster';
}

/** Returns the record type of a GraphQL type; undefined for a type that is not a record of a service. */
export function recordTypeOf(typename: string): RecordType | undefined {
  for (const service of serviceNames) {
    const { types } = serviceTable[service];
    if (types.snapshot === typename) return { service, resource: 'snapshot' };
    if (types.cluster === typename) return { service, resource: 'cluster' };
  }
  return undefined;
}

/** Returns the service of a GraphQL type whose objects have Node IDs, and are neither snapshots nor clusters. */
export function serviceOfNode(typename: string): ServiceName | undefined {
  return serviceNames.find((service) => {
    const { otherTypes }: ServiceEntry = serviceTable[service];
    return otherTypes?.includes(typename);
  });
}

/** The largest number of services that share an ARN namespace: a lookup by ARN tries each of them. */
export const largestNamespace = Math.max(
  ...serviceNames.map(
    (name) => serviceNames.filter((each) => serviceTable[each].arnNamespace === serviceTable[name].arnNamespace).length,
  ),
);
