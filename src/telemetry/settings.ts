import { z } from 'zod';

/** The `telemetry` of the configuration file. */
export const telemetrySettings = z
  .strictObject({
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
  })
  .meta({ description: 'How the gateway can be observed.' });
