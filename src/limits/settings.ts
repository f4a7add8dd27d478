import { z } from 'zod';

const limit = (fallback: number, description: string) => z.int().min(1).default(fallback).meta({ description });

/** The `limits` of the configuration file. */
export const limitSettings = z
  .strictObject({
    tokens: limit(2000, 'Words and signs of a document.'),
    depth: limit(10, 'Fields one inside the other.'),
    fields: limit(1000, 'Fields of a document, its fragments counted wherever they are spread.'),
    aliases: limit(15, 'Aliases of a document, counted alike.'),
    directives: limit(10, 'Directives of a document, counted alike.'),
    rootFields: limit(10, 'Fields at the top of an operation.'),
    cost: limit(5000, 'AWS calls that one operation may come to.'),
    costPerMinute: limit(20_000, 'AWS calls that all operations of one principal may come to in a minute.'),
    subscriptions: limit(5, 'Subscriptions of one principal at the same time.'),
    allSubscriptions: limit(500, 'Subscriptions of all principals at the same time.'),
    connections: limit(1000, 'Connections of all clients at the same time.'),
  })
  .meta({ description: 'What one client may ask for.' });

export type LimitSettings = Readonly<z.output<typeof limitSettings>>;

/** The limits of a configuration that says nothing of them. */
export const defaultLimits: LimitSettings = limitSettings.parse({});
