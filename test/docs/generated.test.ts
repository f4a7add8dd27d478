import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generatedFiles, generatedParts, regenerate } from './generated.ts';
import { root } from '../support/repository.ts';
import { roomDiagram } from './room-diagram.ts';
import { settingsReference } from './settings-reference.ts';

describe('the generated parts of the docs', () => {
  it.each(generatedParts)('$path has the current $name; `npm run docs:write` refreshes them', async (part) => {
    const page = readFileSync(join(root, part.path), 'utf8');
    expect(await regenerate(page, part)).toBe(page);
  });

  it.each(generatedFiles)('$path is current; `npm run docs:write` refreshes it', async ({ path, generate }) => {
    expect(readFileSync(join(root, path), 'utf8')).toBe(await generate());
  });

  it('replace only the text between their comments', async () => {
    const part = { path: 'docs/x.md', name: 'figures', generate: () => '- $& 1' };
    const page = await regenerate('# A\n\n<!-- figures -->\nold\n<!-- /figures -->\n\nB\n', part);
    expect(page).toBe('# A\n\n<!-- figures -->\n\n- $& 1\n\n<!-- /figures -->\n\nB\n');
  });

  it('need their comments', async () => {
    const part = { path: 'docs/x.md', name: 'figures', generate: () => '' };
    await expect(regenerate('# A\n', part)).rejects.toThrow('docs/x.md has no lines <!-- figures -->');
  });
});

describe('the room diagram', () => {
  it('shows each import between rooms that no chain of others implies', () => {
    const edges = [
      { from: 'src/main.ts', to: 'src/server/yoga.ts' },
      { from: 'src/main.ts', to: 'src/errors.ts' },
      { from: 'src/server/yoga.ts', to: 'src/errors.ts' },
      { from: 'src/server/yoga.ts', to: 'src/server/ready.ts' },
      { from: 'src/server/yoga.ts', to: 'graphql' },
    ];
    expect(roomDiagram(edges).split('\n').slice(2, -1)).toEqual(['  main --> server', '  server --> errors']);
  });
});

describe('the settings reference', () => {
  it('has a section for each key, and an entry for each setting', () => {
    const reference = settingsReference({
      properties: {
        redis: { type: 'string', description: 'A server.' },
        aws: {
          type: 'object',
          description: 'Calls to AWS.',
          required: ['limit'],
          properties: {
            limit: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'The limit.' },
            quotas: {
              type: 'array',
              description: 'Quotas.',
              items: { properties: { service: { enum: ['a', 'b'], default: 'a', description: 'The service.' } } },
            },
          },
        },
      },
    });
    expect(reference).toMatchInlineSnapshot(`
      "[redis](#redis) · [aws](#aws)

      ### redis

      - \`redis\` (text): A server.

      ### aws

      Calls to AWS.

      - \`aws.limit\` (integer from 1; required): The limit.
      - \`aws.quotas\` (list): Quotas.
      - \`aws.quotas[].service\` (\`a\` | \`b\`; default \`"a"\`): The service."
    `);
  });

  it('requires a description of every setting', () => {
    expect(() => settingsReference({ properties: { redis: { type: 'string' } } })).toThrow('redis has no description');
  });
});
