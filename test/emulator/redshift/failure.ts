import { z } from 'zod';

const serviceError = z.object({ Code: z.string().optional() });

/** Returns the wire code and the text of a failed call. */
export async function failure(call: Promise<unknown>): Promise<{ code: string | undefined; message: string }> {
  const error: unknown = await call.then(
    () => new Error('the call succeeded'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new TypeError('not an error');
  return { code: serviceError.parse(error).Code ?? error.name, message: error.message };
}
