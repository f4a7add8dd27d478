import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { root } from '../support/repository.ts';

const folder = join(root, 'docker');

/** Returns the text of a file in the folder docker. */
export const textOf = (name: string) => readFileSync(join(folder, name), 'utf8');

/** Returns the parsed content of a YAML file in the folder docker. Throws for duplicate keys, too. */
export const yamlOf = (name: string) => parse(textOf(name), { merge: true });

/** Returns the Kubernetes objects in docker/kubernetes. */
export function kubernetesObjects(): any[] {
  const names = readdirSync(join(folder, 'kubernetes'));
  return names.flatMap((name) =>
    parseAllDocuments(textOf(`kubernetes/${name}`)).map((document) => {
      if (document.errors.length > 0) throw document.errors[0]!;
      return document.toJS();
    }),
  );
}
