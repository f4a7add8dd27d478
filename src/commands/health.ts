import { get } from 'node:http';
import type { Flags } from '../config.ts';
import { addressOf, print } from './running.ts';

/**
 * Checks that the gateway with the same settings responds on this machine, within 2 seconds. Prints the result, and sets
 * the exit code to 0 or 1.
 */
export async function checkHealth(flags: Flags): Promise<void> {
  const { readConfig } = await import('../config.ts');
  const { health, ...main } = readConfig(flags);
  const { host, port } = health ?? main;
  const url = `${addressOf(host, port)}/health`;
  const result = await statusOf(url).catch((error: Error) => error.message);
  print(result === 200 ? `${url} is healthy.` : `${url} is not healthy: ${result}`);
  process.exitCode = result === 200 ? 0 : 1;
}

function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false, signal: AbortSignal.timeout(2000) }, (response) => {
      resolve(response.resume().statusCode);
    }).once('error', reject);
  });
}
