import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { configurationOf, signToken } from './gateway-settings.ts';
import { measureVariants } from './measure.ts';
import { formatPage, formatResults, formatTable } from './page.ts';
import { installPeers, startPeers } from './peers.ts';
import { folder, pinGenerator, startAws, startGateway } from './processes.ts';
import { measureTargets } from './targets.ts';
import { root } from '../../support/repository.ts';
import { variants } from './variants.ts';

const { values: flags } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    milliseconds: { type: 'string' },
    only: { type: 'string' },
    out: { type: 'string' },
  },
});
const rounds = {
  rounds: Number(flags.rounds ?? (flags.short ? 1 : 5)),
  milliseconds: Number(flags.milliseconds ?? (flags.short ? 50 : 1000)),
  warmUp: flags.short ? 50 : 1500,
  connections: 10,
};
const only = flags.only?.split(',');
const selected = variants.filter(({ name }) => only === undefined || only.some((each) => name.startsWith(each)));
const out = flags.out ?? (flags.short ? join(folder, 'performance.md') : join(root, 'docs/performance.md'));

if (!installPeers()) {
  console.log('Skipped: the servers to compare with cannot be installed.');
  process.exit(0);
}
const isPinned = pinGenerator();
const aws = await startAws('aws', 0, 500);
const token = await signToken();
const gateway = await startGateway('snapgate', configurationOf(['us-east-1']), { AWS_ENDPOINT_URL: aws.url });
const started = await startPeers(new Set(selected.map(({ server }) => server)), gateway, aws.url, token);
const results = await measureVariants(selected, { ...started, aws }, rounds);
console.log(formatResults(results, selected));
if (only === undefined || only.includes('targets')) {
  const tables = await measureTargets(aws, token, {
    ...rounds,
    directFile: join(import.meta.dirname, 'servers/direct.ts'),
    answers: join(folder, 'answers.json'),
  });
  for (const { title, rows } of tables) console.log(`${title}\n${formatTable(rows)}`);
  if (only === undefined) {
    writeFileSync(out, await formatPage({ results, tables, rounds, isPinned }));
    console.log(`Wrote ${out}.`);
  }
}
process.exit(0);
