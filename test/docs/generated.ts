import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema } from 'graphql';
import { format, resolveConfig } from 'prettier';
import { configurationSchema } from '../../src/config.ts';
import { emulatedServices } from '../../src/emulator/services.ts';
import { emulatedOperations } from './emulated-operations.ts';
import { clientFacts, clientIntrospection } from './client-facts.ts';
import { currentFigures } from './figures.ts';
import { createMetrics } from '../../src/telemetry/metrics/metrics.ts';
import { metricsReference } from './metrics-reference.ts';
import { imports } from '../support/import-graph.ts';
import { root } from '../support/repository.ts';
import { roomDiagram } from './room-diagram.ts';
import { settingsReference } from './settings-reference.ts';

/** A part of a page that is generated from the code, between the comments `<!-- name -->` and `<!-- /name -->`. */
export interface GeneratedPart {
  readonly path: string;
  readonly name: string;
  readonly generate: () => string;
}

/** Every generated part of the documentation. */
export const generatedParts: readonly GeneratedPart[] = [
  { path: 'docs/architecture.md', name: 'figures', generate: currentFigures },
  { path: 'docs/architecture.md', name: 'rooms', generate: () => roomDiagram(imports) },
  { path: 'docs/emulator-operations.md', name: 'operations', generate: () => emulatedOperations(emulatedServices()) },
  { path: 'docs/metrics.md', name: 'metrics', generate: () => metricsReference(createMetrics().registry) },
  { path: 'docs/configuration.md', name: 'settings', generate: () => settingsReference(configurationSchema()) },
];

/** A file of the documentation that is generated as a whole. */
export interface GeneratedFile {
  readonly path: string;
  readonly generate: () => string | Promise<string>;
}

const schema = () => buildSchema(readFileSync(join(root, 'schema.graphql'), 'utf8'));

/** Every generated file of the documentation. */
export const generatedFiles: readonly GeneratedFile[] = [
  { path: 'docs/clients/schema.ts', generate: () => formatted('docs/clients/schema.ts', clientFacts(schema())) },
  { path: 'docs/clients/introspection.json', generate: () => clientIntrospection(schema()) },
];

/** The page with its part replaced and formatted; throws if it lacks the comments. */
export async function regenerate(page: string, { path, name, generate }: GeneratedPart): Promise<string> {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [page.indexOf(start), page.indexOf(end)];
  if (from === -1 || to < from) {
    throw new Error(`Cannot write the ${name}: ${path} has no lines ${start} and ${end}. Add them.`);
  }
  const text = `${page.slice(0, from)}${start}\n\n${generate()}\n\n${page.slice(to)}`;
  return formatted(path, text);
}

async function formatted(path: string, text: string): Promise<string> {
  return format(text, { ...(await resolveConfig(join(root, path))), filepath: path });
}

if (import.meta.main) {
  // Pages show the generated files.
  for (const { path, generate } of generatedFiles) writeFileSync(join(root, path), await generate());
  for (const part of generatedParts) {
    const file = join(root, part.path);
    writeFileSync(file, await regenerate(readFileSync(file, 'utf8'), part));
  }
}
