import type { Usage } from '../aws/usage.ts';
import type { ChangesOf } from '../changes/backend.ts';
import type { BackendOf } from '../fleet/backend.ts';
import type { ServiceName } from '../snapshots/service.ts';
import type { OpenedService, OpenOptions, RequestService, Service } from './service.ts';

/** Returns the parts of each service that serve one request; the parts of a service are created on first use. */
export interface ServedRequest {
  readonly backendOf: BackendOf;
  readonly changesOf: ChangesOf;
}

/** Opens all services in the service table, for all requests. */
export function openServices(
  services: Readonly<Record<ServiceName, Service>>,
  options: OpenOptions,
): (usage: Usage) => ServedRequest {
  const names = Object.keys(services) as ServiceName[];
  const opened = new Map<ServiceName, OpenedService>(names.map((name) => [name, services[name].open(options)]));
  return (usage) => {
    const served = new Map<ServiceName, RequestService>();
    const serve = (service: ServiceName): RequestService => {
      const known = served.get(service) ?? opened.get(service)?.serve(usage);
      if (known === undefined) throw new Error(`The service ${service} is not open.`);
      served.set(service, known);
      return known;
    };
    return {
      backendOf: ({ service }) => serve(service).backend,
      changesOf: ({ service }) => serve(service).changes,
    };
  };
}
