import { describe, expect, it } from 'vitest';
import { figuresOf } from './figures.ts';

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
});
