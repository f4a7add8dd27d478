import { requireAuditable } from '../access/audit.ts';
import { grantDoubt } from '../access/grants.ts';
import { regionDoubts } from '../fleet/regions.ts';
import type { Config } from '../config.ts';
import { ConfigurationError } from '../errors.ts';
import type { AccountSettings } from '../fleet/settings.ts';
import { type Check, ok, problem, warning } from './finding.ts';

/** Returns the checks of the configuration that need no network. */
export function configurationChecks(config: Config, accounts: readonly AccountSettings[]): Check[] {
  const { audit = 'stdout', documents, grants, limits } = config;
  return [
    {
      name: 'grants',
      target: 'configuration',
      run: async () => {
        if (!config.authentication) {
          return warning('No authentication is configured: serve starts only with --allow-anonymous, on loopback.');
        }
        const doubt = grantDoubt(grants);
        return doubt === undefined ? ok(`${grants.length} configured.`) : warning(doubt);
      },
    },
    {
      name: 'regions',
      target: 'configuration',
      run: async () => {
        const doubts = regionDoubts(accounts, grants);
        return doubts.length === 0 ? ok('AWS lists all of them.') : warning(doubts.join('\n'));
      },
    },
    { name: 'audit', target: audit, run: async () => accepts(requireAuditable(audit), 'Writable.') },
    ...(documents === undefined
      ? []
      : [
          {
            name: 'documents',
            target: documents.file,
            run: async () => {
              const { readTrustedDocuments } = await import('../limits/trusted-documents.ts');
              const { schema } = await import('../schema.ts');
              const read = async () => readTrustedDocuments(documents, schema, limits);
              return accepts(read(), 'All documents are valid.');
            },
          },
        ]),
  ];
}

async function accepts(attempt: Promise<unknown>, message: string) {
  try {
    await attempt;
    return ok(message);
  } catch (error) {
    if (error instanceof ConfigurationError) return problem(error.problems.join('\n'));
    throw error;
  }
}
