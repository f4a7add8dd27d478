import type { ServerlessV2ScalingConfiguration } from '@aws-sdk/client-rds';

import { invalidValue } from '../../fault.ts';

/**
 * Returns the capacities of a cluster's Serverless v2 instances after a change: capacities that the change lacks stay as
 * they are. Throws InvalidParameterValue for capacities that the engine does not have.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ServerlessV2ScalingConfiguration.html
 */
export function capacitiesOf<T extends ServerlessV2ScalingConfiguration>(
  given: T | undefined,
  present: T | undefined,
  engine: string,
): T | undefined {
  if (given === undefined) return undefined;
  const after = { ...present, ...given };
  const { MinCapacity: least, MaxCapacity: most } = after;
  if (least === undefined || most === undefined) {
    throw invalidValue(
      'Both MinCapacity and MaxCapacity must be specified when you initialize Serverless v2 scaling configuration.',
    );
  }
  const uneven = [least, most].find((capacity) => !Number.isInteger(capacity * 2));
  if (uneven !== undefined) {
    throw invalidValue(`Serverless v2 capacity value ${uneven} is not valid. It must be a multiple of 0.5.`);
  }
  if (most < 1) {
    throw invalidValue(
      `Serverless v2 maximum capacity ${most} isn't valid. The maximum capacity must be at least 1.0.`,
    );
  }
  const limit = engine === 'neptune' ? 128 : 256;
  if (most > limit) {
    throw invalidValue(
      `Serverless v2 maximum capacity ${most} isn't valid. The maximum capacity must be at most ${limit}.0.`,
    );
  }
  if (least < 0) {
    throw invalidValue(`Serverless v2 minimum capacity ${least} isn't valid. The minimum capacity must be at least 0.`);
  }
  if (least > most) {
    throw invalidValue('Serverless v2 minimum capacity must be less than or equal to maximum capacity');
  }
  return after;
}
