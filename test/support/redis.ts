import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';

const program = '/usr/bin/redis-server';

/** Whether redis-server is installed; without it, tests that need it are skipped. */
export const hasRedis = existsSync(program);

/** Returns a port below the ephemeral ports, so that the port is still free when the server restarts. */
export async function freePort(): Promise<number> {
  const port = 20_000 + Math.floor(Math.random() * 10_000);
  await using server = createServer().listen(port, '127.0.0.1');
  const isFree = await once(server, 'listening').then(
    () => true,
    () => false,
  );
  return isFree ? port : freePort();
}

export async function startRedis(port: number, password = ''): Promise<ChildProcess> {
  const settings = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--requirepass', password];
  const redis = spawn(program, ['--port', String(port), ...settings]);
  for await (const chunk of redis.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    if (String(chunk).includes('Ready to accept connections')) break;
  }
  redis.stdout.resume();
  return redis;
}

export async function stopRedis(redis: ChildProcess): Promise<void> {
  if (redis.exitCode !== null || redis.signalCode !== null) return;
  const ended = once(redis, 'exit');
  redis.kill('SIGKILL');
  await ended;
}
