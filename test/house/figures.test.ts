import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { architecture, currentFigures, figuresIn, figuresOf, withFigures } from './figures.ts';

describe('docs/architecture.md', () => {
  it('contains the current figures; run `npm run figures -- --write` to refresh them', () => {
    expect(figuresIn(readFileSync(architecture, 'utf8'))).toBe(currentFigures());
  });
});

describe('the figures', () => {
  it('count files, functions, cycles and upward dependencies', () => {
    const fleet = ['page', 'walk', 'order'].map(
      (name, index) => [`src/fleet/${name}.ts`, '\n'.repeat(index + 1)] as const,
    );
    const figures = figuresOf({
      files: new Map([['src/main.ts', 'a;\nb;\nc;\nd;\ne;'], ...fleet]),
      functions: [
        { file: 'src/main.ts', name: 'start', line: 1, lines: 2 },
        { file: 'src/fleet/walk.ts', name: undefined, line: 7, lines: 3 },
      ],
      imports: [
        { from: 'src/main.ts', to: 'src/fleet/page.ts' },
        { from: 'src/main.ts', to: 'zod' },
        { from: 'src/fleet/page.ts', to: 'src/main.ts' },
        { from: 'src/fleet/page.ts', to: 'src/main.ts' },
        { from: 'src/fleet/walk.ts', to: 'src/main.ts' },
      ],
    });
    expect(figures).toMatchInlineSnapshot(`
      "- Source files: 4
      - Median file: 2 lines
      - 90th percentile: 5 lines
      - Longest file: 5 lines, \`src/main.ts\`
      - Longest function: 3 lines, anonymous in \`src/fleet/walk.ts:7\`
      - Import cycles: 1
      - Upward dependencies: 2"
    `);
  });

  it('replace the existing figures of a document and keep the rest', () => {
    const document = withFigures('# A\n\n<!-- figures -->\nold\n<!-- /figures -->\n\nB\n', '- $& 1\n- 2');
    expect(document).toBe('# A\n\n<!-- figures -->\n\n- $& 1\n- 2\n\n<!-- /figures -->\n\nB\n');
    expect(figuresIn(document)).toBe('- $& 1\n- 2');
    expect(withFigures(document, '- 3')).toContain('\n\n- 3\n\n');
  });

  it('require the two comments in the document', () => {
    expect(figuresIn('# A\n')).toBeUndefined();
    expect(() => withFigures('# A\n', '- 1')).toThrow('no lines <!-- figures -->');
  });
});
