import { z } from 'zod';

/** A zod object of these members alone; any other is refused with the names that are allowed. */
export const strictObject = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `has ${issue.keys?.join(', ')}; it may have ${Object.keys(shape).join(', ')}`
        : undefined,
  });
