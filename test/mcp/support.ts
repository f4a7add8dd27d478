import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { expect } from 'vitest';
import { emulatedAws } from '../support/cli.ts';
import { compiledModules, root } from '../support/repository.ts';

/** The answer of a tool. */
export interface Answer {
  readonly data: any;
  readonly isComplete?: boolean;
  readonly page?: { readonly rows: number; readonly hasNextPage: boolean; readonly nextCursor: string | null };
  readonly failedSources?: readonly any[];
  readonly errors: readonly { readonly code: string; readonly message: string; readonly [member: string]: unknown }[];
  readonly awsCalls: number;
  readonly confirmationToken?: string | null;
}

/** The environment of a process that calls an emulator as AWS, or its own emulator. */
export function environment(url?: string): Record<string, string> {
  return {
    NODE_COMPILE_CACHE: compiledModules,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    ...(url !== undefined && emulatedAws(url)),
  };
}

/** Settings of a process on a machine with other busy processes. */
export const patience =
  'aws: { timeouts: { requestSeconds: 120, callSeconds: 60, connectionSeconds: 30 }, cache: { ageSeconds: 0 } }';

const timeout = 300_000;

/** The arguments of Node.js for `snapgate mcp`. */
export const mcpCommand = [join(root, 'src/main.ts'), 'mcp'] as const;

/** Starts `snapgate mcp` and connects the client of the SDK to it, which validates answers against their schema. */
export async function openAgent(args: readonly string[], url?: string) {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [...mcpCommand, ...args],
    env: environment(url),
    stderr: 'pipe',
  });
  const log = text(transport.stderr as Readable);
  const client = new Client({ name: 'test', version: '1.0.0' });
  await client.connect(transport, { timeout }).catch(async (error: unknown) => {
    throw new Error(await log, { cause: error });
  });
  // The client validates the answers of the tools that it has listed.
  const { tools } = await client.listTools({}, { timeout });
  return {
    client,
    tools,
    tool: (name: string) => tools.find((tool) => tool.name === name)!,
    /** Calls a tool, and returns its answer, which is also its only text. */
    async call(name: string, inputs: Record<string, unknown> = {}): Promise<Answer> {
      const { content, structuredContent, isError } = await client.callTool({ name, arguments: inputs }, undefined, {
        timeout,
      });
      const [only] = content as { type: string; text: string }[];
      expect(content).toHaveLength(1);
      expect(JSON.parse(only!.text)).toEqual(structuredContent);
      const answer = structuredContent as any as Answer;
      expect(isError).toBe(answer.data === null && answer.errors.length > 0);
      return answer;
    },
    /** Closes the client, which ends the process. */
    close: () => client.close(),
    /** Closes the client; rejects if the process has written anything to the standard error. */
    async closeQuietly(): Promise<void> {
      await client.close();
      expect(await log).toBe('');
    },
  };
}

export type Agent = Awaited<ReturnType<typeof openAgent>>;

/** Writes a configuration into a new folder; `remove` deletes the folder. */
export function writeConfiguration(yamlOf: (folder: string) => string) {
  const folder = mkdtempSync(join(tmpdir(), 'snapgate-'));
  const path = join(folder, 'snapgate.yaml');
  writeFileSync(path, yamlOf(folder));
  return { path, folder, remove: () => rmSync(folder, { recursive: true }) };
}
