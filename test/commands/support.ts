import { parse } from 'graphql';
import { createLocalPrincipal } from '../../src/access/local-callers.ts';
import { prepare } from '../../src/commands/query/execute.ts';
import { notesOf, resultOf, runPaged } from '../../src/commands/query/run.ts';
import { readConfig } from '../../src/config.ts';
import { openSession } from '../../src/gateway/session.ts';
import { schema } from '../../src/schema.ts';
import { oneAccount } from '../support/gateway.ts';
import { startTestEmulator } from '../support/emulator.ts';

/** Starts an emulator, and a session that executes documents as `snapgate query` does. */
export async function openShell() {
  const emulator = await startTestEmulator();
  const settings = { ...readConfig({}, undefined, {}), policy: undefined };
  const session = await openSession({
    settings: { ...settings, fullReads: { ...settings.fullReads, ageSeconds: 0 } },
    accounts: oneAccount,
    aws: {
      endpoint: emulator.url,
      credentials: { accessKeyId: '123456789012', secretAccessKey: 'any' },
      cache: { ageSeconds: 0 },
      // A busy machine is slow.
      timeouts: { requestSeconds: 120, callSeconds: 60, connectionSeconds: 30 },
    },
    principal: createLocalPrincipal('cli:test', [
      { permissions: ['SNAPSHOT_READ', 'SNAPSHOT_TAG', 'SNAPSHOT_DELETE'] },
    ]),
    isAudited: false,
  });
  return {
    emulator,
    /**
     * Executes a document, and returns what a caller gets, and the number of requests to the API. `beforeNext` is called
     * before each request except the first.
     */
    ask: async (
      text: string,
      variables: Readonly<Record<string, unknown>> = {},
      limit?: number,
      beforeNext: () => Promise<unknown> = async () => {},
    ) => {
      let requests = 0;
      const prepared = prepare(schema, parse(text), variables, limit);
      const response = await runPaged(
        async (request) => {
          if (requests > 0) await beforeNext();
          requests += 1;
          return session.run(request);
        },
        prepared,
        variables,
      );
      const tables = prepared.tables.map(({ name, columns, rowsOf }) => ({
        name,
        columns: columns.map((column) => column.name),
        rows: rowsOf(response.data).length,
      }));
      return { ...response, result: resultOf(response), notes: notesOf(response), requests, tables };
    },
    close: async () => {
      session.close();
      await emulator.close();
    },
  };
}
