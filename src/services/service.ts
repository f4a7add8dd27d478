import type { CredentialSettings } from '../access/policy/credentials.ts';
import type { Aws } from '../aws/client.ts';
import type { Usage } from '../aws/usage.ts';
import type { ChangeBackend } from '../changes/backend.ts';
import type { Backend, Probe } from '../fleet/backend.ts';
import type { Sources } from '../fleet/sources.ts';
import type { Permission } from '../snapshots/permission.ts';
import type { Source } from '../snapshots/source.ts';

/** The adapter of an AWS service to the fleet and to changes. */
export interface Service {
  /** Connects each source of the service once. */
  open(options: OpenOptions): OpenedService;
  /** The IAM actions that changes need. */
  readonly writes: readonly WriteAction[];
}

/** An IAM action that changes need. */
export interface WriteAction {
  /** Such as `redshift:CreateTags`. */
  readonly action: string;
  /** All resources for which AWS authorizes the action, as the end of an ARN of the account and region. */
  readonly resource: string;
  /** The permission with which a caller can cause the action. */
  readonly permission: Permission;
  /** Whether database passwords with these settings need the action. */
  readonly isNeeded?: (settings: CredentialSettings) => boolean;
}

export interface OpenOptions {
  readonly aws: Aws;
  readonly sources: Sources;
  /** Called for each source in which a resource may have changed. */
  readonly onChange: (source: Source) => void;
  /** Returns the time of AWS. */
  readonly now: () => Date;
}

export interface OpenedService {
  /** Serves one request with its own loaders, each created on first use. */
  serve(usage: Usage): RequestService;
  /** Returns one call for each AWS action that is required to read a source. */
  probes(usage: Usage): readonly Probe[];
}

/** The parts of a service that serve one request. */
export interface RequestService {
  readonly backend: Backend;
  readonly changes: ChangeBackend;
}
