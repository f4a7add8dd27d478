import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Package {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

const separator = `\n${'-'.repeat(80)}\n\n`;

/** Returns the name, version, license and license texts of each package that contains one of the modules. */
export function describeLicenses(modules: readonly string[]): string {
  const packages = new Map<string, Package>();
  for (const path of modules.filter((path) => path.includes('/node_modules/'))) {
    const found = packageOf(dirname(path));
    packages.set(`${found.name}@${found.version}`, found);
  }
  const sorted = [...packages].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([title, each]) => [`${title} (${each.license})\n`, ...textsOf(each)].join('\n')).join(separator);
}

/** Returns the package that contains a folder. Folders inside a package can have a package.json of their own. */
function packageOf(folder: string): Package {
  if (folder === dirname(folder) || folder.endsWith('/node_modules')) throw new Error(`${folder} has no license.`);
  const path = join(folder, 'package.json');
  const { name, version, license } = (
    existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}
  ) as Partial<Package>;
  if (name === undefined || version === undefined || license === undefined) return packageOf(dirname(folder));
  return { folder, name, version, license };
}

function textsOf({ folder }: Package): string[] {
  const names = readdirSync(folder).filter((name) => /^(?:licen[cs]e|notice|copying)/i.test(name));
  return names.map((name) => readFileSync(join(folder, name), 'utf8'));
}
