import { anonymous } from '../../src/access/principal.ts';
import { createAws } from '../../src/aws/client.ts';
import { createContextFactory } from '../../src/context.ts';
import { createCursors } from '../../src/fleet/paging/cursor.ts';
import { createSources } from '../../src/fleet/sources.ts';
import { startTestEmulator, type WorldJson } from '../support/emulator.ts';
import { account, oneAccount } from '../support/gateway.ts';

/** Starts an emulator with this world, and returns contexts of a gateway that reads it and caches what it reads. */
export async function startContexts(world: WorldJson) {
  const emulator = await startTestEmulator();
  await emulator.load(world);
  const now = new Date();
  const createContext = createContextFactory({
    sources: createSources(oneAccount),
    cursors: createCursors([Buffer.alloc(32, 1)]),
    aws: createAws({
      endpoint: emulator.url,
      credentials: { accessKeyId: account, secretAccessKey: 'secret' },
      cache: { ageSeconds: 3_600 },
    }),
    maximumPages: 50,
    fullReads: { ageSeconds: 3_600, megabytes: 64, maximumPages: 100 },
    now: () => now,
  });
  return {
    contextOf: () => createContext(anonymous, { signal: undefined, isFresh: false }),
    close: () => emulator.close(),
  };
}
