import { createAllowance } from '../replicas/allowance.ts';
import type { LimitSettings } from './settings.ts';

/** The requests of each principal, counted by this replica alone: a call of Redis per request would cost more. */
export interface RequestRate {
  /** Counts a request; returns 0, or the seconds until the principal can send further requests. */
  count(subject: string): Promise<number>;
}

/**
 * The seconds over which the rate is an average, so that a principal can send several requests at once. Principals that
 * have sent no request for this time are forgotten.
 */
export const rateSeconds = 10;

/** Creates the request rate, with no requests counted. */
export function createRequestRate(limits: () => LimitSettings): RequestRate {
  const most = () => limits().requestsPerSecond * rateSeconds;
  const sent = createAllowance({ name: 'requests', points: most(), seconds: rateSeconds });
  return {
    count: async (subject) => {
      const { consumedPoints, msBeforeNext } = await sent.spend(subject, 1);
      return consumedPoints > most() ? Math.max(1, Math.ceil(msBeforeNext / 1000)) : 0;
    },
  };
}
