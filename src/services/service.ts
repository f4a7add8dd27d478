import type { Aws } from '../aws/client.ts';
import type { Usage } from '../aws/usage.ts';
import type { ChangeBackend } from '../changes/backend.ts';
import type { Backend, Probe } from '../fleet/backend.ts';
import type { Sources } from '../fleet/sources.ts';
import type { Source } from '../snapshots/source.ts';

/** An AWS service: its adapter to the fleet and to changes. */
export interface Service {
  /** Connects each of its sources once. */
  open(options: OpenOptions): OpenedService;
}

export interface OpenOptions {
  readonly aws: Aws;
  readonly sources: Sources;
  /** Called for each source in which something may have changed. */
  readonly onChange: (source: Source) => void;
}

export interface OpenedService {
  /** Serves one request with loaders of its own, each created when it is first used. */
  serve(usage: Usage): RequestService;
  /** One call for each action that reading a source needs. */
  probes(usage: Usage): readonly Probe[];
}

/** What a service offers to one request. */
export interface RequestService {
  readonly backend: Backend;
  readonly changes: ChangeBackend;
}
