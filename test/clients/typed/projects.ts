import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const clients = join(import.meta.dirname, '..');
const code = join(clients, '../../docs/clients');

/** Renames a field of the schema, as a breaking change would. */
export type Rename = (schema: string) => string;

/** Creates a folder as a user of gql.tada has it, with the program retention.ts. */
export function tadaProject(folder: string, rename: Rename = (schema) => schema): string {
  const project = emptyProject(folder, rename);
  for (const name of ['connect.ts', 'send.ts', 'tada.ts']) cpSync(join(code, name), join(project, name));
  cpSync(join(import.meta.dirname, 'retention.ts'), join(project, 'retention.ts'));
  const plugin = { name: 'gql.tada/ts-plugin', schema: './schema.graphql', tadaOutputLocation: './graphql-env.d.ts' };
  const tsconfig = {
    extends: '../../tsconfig.json',
    compilerOptions: { plugins: [plugin] },
    include: ['*.ts'],
    exclude: [],
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(tsconfig));
  return project;
}

/** Creates a folder as a user of GraphQL Code Generator has it, with the operations of documents.ts. */
export function codegenProject(folder: string, rename: Rename = (schema) => schema): string {
  const project = emptyProject(folder, rename);
  mkdirSync(join(project, 'src'));
  cpSync(join(code, 'codegen.ts'), join(project, 'codegen.ts'));
  cpSync(join(import.meta.dirname, 'documents.ts'), join(project, 'src/documents.ts'));
  return project;
}

function emptyProject(folder: string, rename: Rename): string {
  const project = join(clients, 'generated', folder);
  rmSync(project, { recursive: true, force: true });
  mkdirSync(project, { recursive: true });
  const schema = readFileSync(join(clients, '../../schema.graphql'), 'utf8');
  writeFileSync(join(project, 'schema.graphql'), rename(schema));
  return project;
}

/** The programs that users run with npx. */
export const programs = {
  'gql.tada': 'gql.tada/bin/cli.js',
  'graphql-codegen': '@graphql-codegen/cli/esm/bin.js',
  tsc: 'typescript/bin/tsc',
};

/** Runs a program in a folder, and returns its exit code and output. */
export function runIn(folder: string, program: keyof typeof programs, ...args: readonly string[]) {
  const path = join(clients, 'node_modules', programs[program]);
  // In tests, GraphQL Code Generator prints no errors.
  const env = { ...process.env, NODE_ENV: undefined };
  const { status, stdout, stderr } = spawnSync(process.execPath, [path, ...args], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  return { code: status, output: `${stdout}${stderr}` };
}
