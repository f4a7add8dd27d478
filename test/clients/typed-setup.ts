import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { codegenProject, runIn, tadaProject } from './typed/projects.ts';

/** Generates the types of gql.tada and of GraphQL Code Generator as a user would, before tests import them. */
export default function setup(): void {
  const tada = tadaProject('tada');
  succeed(runIn(tada, 'gql.tada', 'generate-output'));
  // The copy of docs/clients is complete only with this file.
  cpSync(join(tada, 'graphql-env.d.ts'), join(import.meta.dirname, 'generated/snapgate/graphql-env.d.ts'));
  succeed(runIn(codegenProject('codegen'), 'graphql-codegen', '--config', 'codegen.ts'));
}

function succeed({ code, output }: ReturnType<typeof runIn>): void {
  if (code !== 0) throw new Error(output);
}
