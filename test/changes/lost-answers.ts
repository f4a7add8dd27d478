import type { z } from 'zod';
import type { disturbanceRules } from '../../src/emulator/control/disturbances.ts';

/** The ways in which the response to a call can be lost, before or after the call took effect. */
export const answersLost: z.input<typeof disturbanceRules> = [
  { kind: 'reset', moment: 'before' },
  { kind: 'reset', moment: 'after' },
  { kind: 'error', moment: 'before', code: 'InternalFailure', status: 500 },
  { kind: 'error', moment: 'after', code: 'InternalFailure', status: 500 },
  { kind: 'error', moment: 'after', code: 'ServiceUnavailable', status: 503 },
  { kind: 'html', moment: 'before', status: 503 },
  { kind: 'html', moment: 'after', status: 200 },
  { kind: 'text', moment: 'after', status: 502 },
  { kind: 'html', moment: 'after', status: 403 },
  { kind: 'empty', moment: 'after', status: 404 },
  { kind: 'empty', moment: 'before', status: 200 },
  { kind: 'empty', moment: 'after', status: 200 },
  { kind: 'wrongRoot', moment: 'after' },
  ...[0, 60, 300].map((bytes) => ({ kind: 'truncate' as const, moment: 'after' as const, bytes })),
];
