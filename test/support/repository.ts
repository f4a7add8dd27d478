import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

/** Where Node.js keeps compiled modules: dozens of processes load the same ones, and each starts in half the time. */
export const compiledModules = join(root, 'node_modules/.cache/node');

/** Copies files and folders of the repository to a folder, with a link to the installed packages. */
export function copyRepository(folder: string, names: readonly string[]): void {
  for (const name of names) cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
}
