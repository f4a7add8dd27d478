import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ask } from './client.ts';
import { folder, type Server, startServer } from './processes.ts';
import { everyRecord, type ShapeName, shapeNames, shapes } from './shapes.ts';
import type { Known, ServerName } from './variants.ts';

const here = import.meta.dirname;
const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

/** Returns the installed version of a package of the peers or of the repository; undefined if there is none. */
export function versionOf(name: string): string | undefined {
  const folders = createRequire(join(here, 'package.json')).resolve.paths(name) ?? [];
  for (const each of folders) {
    try {
      return readJson(join(each, name, 'package.json')).version;
    } catch {
      // The next folder may have it.
    }
  }
  return undefined;
}

/** Installs the peers at their versions, unless that was done; returns whether they are installed. */
export function installPeers(): boolean {
  const { dependencies } = readJson(join(here, 'package.json'));
  const isInstalled = (name: string, version: string) => {
    try {
      return readJson(join(here, 'node_modules', name, 'package.json')).version === version;
    } catch {
      return false;
    }
  };
  if (Object.entries<string>(dependencies).every(([name, version]) => isInstalled(name, version))) return true;
  const args = ['ci', '--ignore-scripts', '--no-fund', '--no-audit'];
  return spawnSync('npm', args, { cwd: here, stdio: 'inherit' }).status === 0;
}

const files: Readonly<Record<Exclude<ServerName, 'snapgate'>, readonly string[]>> = {
  bare: ['bare.ts'],
  direct: ['direct.ts'],
  yoga: ['yoga.ts'],
  apollo: ['apollo.ts'],
  mercurius: ['mercurius.ts'],
  'mercurius-jit': ['mercurius.ts', 'jit'],
  'mercurius-gzip': ['mercurius.ts', 'gzip'],
  'mercurius-jit-gzip': ['mercurius.ts', 'jit', 'gzip'],
};

/** Starts the servers to compare with, which return what the gateway returns. */
export async function startPeers(
  names: ReadonlySet<ServerName>,
  gateway: Server,
  upstream: string,
  token: string,
): Promise<{ readonly known: Known; readonly servers: ReadonlyMap<ServerName, Server> }> {
  const query = async (query: string, variables: object = {}) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const body = JSON.stringify({ query, variables });
    const reply = await ask({ port: gateway.port, path: '/graphql', headers, body: () => body });
    const { errors } = JSON.parse(reply.body.toString());
    if (errors) throw new Error(JSON.stringify(errors));
    return reply.body.toString();
  };
  const snapshots = JSON.parse(await query(everyRecord)).data.snapshots.nodes;
  const id: string = snapshots[0].id;
  const bodies: Partial<Record<ShapeName, string>> = {};
  for (const shape of shapeNames) bodies[shape] = await query(shapes[shape].query, shape === 'a' ? { id } : {});
  const answers = join(folder, 'answers.json');
  writeFileSync(answers, JSON.stringify({ snapshots, bodies, upstream }));
  const entries = Object.entries(files) as [keyof typeof files, readonly string[]][];
  const opened = await Promise.all(
    entries
      .filter(([name]) => names.has(name))
      .map(async ([name, [file = '', ...rest]]) => {
        return [name, await startServer(name, [join(here, 'servers', file), answers, ...rest])] as const;
      }),
  );
  const servers = new Map<ServerName, Server>([['snapgate', gateway], ...opened]);
  const ports = new Map([...servers].map(([name, { port }]) => [name, port]));
  return { known: { ports, token, id }, servers };
}
