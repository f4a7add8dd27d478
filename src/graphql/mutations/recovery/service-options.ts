import type { InputRef } from '@pothos/core';
import type { InputFields } from '../../builder.ts';

/** An input type of a service, whose values the service validates itself. */
export interface ServiceOptions {
  readonly type: InputRef;
  readonly description: string;
}

/** The options of restoreCluster, by member of its input: one for each service that restores clusters. */
export const restoreOptions = new Map<string, ServiceOptions>();

/** The input types that the service with restores to a time, or with instances, adds. */
export const sharedOptions = new Map<'time' | 'instances', ServiceOptions>();

/** Defines a member of an input for the options of each service. The schema files of services must be loaded before. */
export function serviceFields(t: InputFields): object {
  return Object.fromEntries([...restoreOptions].map(([name, options]) => [name, t.field(options)]));
}

/** Returns the input type that a service has added. */
export function optionsFor(what: 'time' | 'instances'): ServiceOptions {
  const options = sharedOptions.get(what);
  if (options === undefined) throw new Error(`No service has added the input type of ${what}.`);
  return options;
}
