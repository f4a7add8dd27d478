import type { Usage } from '../aws/usage.ts';
import type { ChangesOf } from '../changes/backend.ts';
import type { BackendOf } from '../fleet/backend.ts';
import type { ServiceName } from '../snapshots/service.ts';
import type { OpenedService, OpenOptions, RequestService, Service } from './service.ts';

/** Finds the parts of the services that serve one request; a service is entered when it is first asked for. */
export interface ServedRequest {
  readonly backendOf: BackendOf;
  readonly changesOf: ChangesOf;
}

/** Opens every service of the table, for all requests. */
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
      if (known === undefined) throw new Error(`No service answers for ${service}.`);
      served.set(service, known);
      return known;
    };
    return {
      backendOf: ({ service }) => serve(service).backend,
      changesOf: ({ service }) => serve(service).changes,
    };
  };
}
