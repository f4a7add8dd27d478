import * as z from 'zod';
import { fleetWatchSettings } from '../fleet/watch/fleet-watch.ts';

/** The levels of the log, from the least to the most severe; `silent` writes nothing. */
const levels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof levels)[number];

/** The least severe level that the log contains. */
export const logLevelSetting = z.enum(levels).default('info').meta({
  description:
    'The least severe level of the lines that are logged. SNAPGATE_LOG_LEVEL, if set, replaces it. `info` contains one line for each operation, `debug` also the mistakes of clients; `silent` logs nothing. The audit log does not depend on it.',
});

/** The `telemetry` of the configuration file. */
export const telemetrySettings = z
  .strictObject({
    logs: z.strictObject({ level: logLevelSetting }).prefault({}).meta({ description: 'The log.' }),
    metrics: z
      .strictObject({
        port: z.int().min(0).max(65_535).meta({
          description: 'The port on which `/metrics` is served, or 0 for a free port.',
        }),
        host: z.string().min(1).default('127.0.0.1').meta({
          description: 'The address on which `/metrics` is served: by default, only this machine can read it.',
        }),
      })
      .optional()
      .meta({ description: 'The metrics for Prometheus. If omitted, none are collected or served.' }),
    fleet: fleetWatchSettings.optional(),
  })
  .refine(({ fleet, metrics }) => fleet === undefined || metrics !== undefined, {
    path: ['fleet'],
    error: 'requires telemetry.metrics, which serves the fleet metrics: set telemetry.metrics.port',
  })
  .meta({ description: 'How the gateway can be observed.' });
