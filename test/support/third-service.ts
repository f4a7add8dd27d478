import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** A line that a file gains, before the first line that starts with a text. */
interface Insertion {
  readonly file: string;
  readonly before: string;
  readonly lines: readonly string[];
}

/** Everything outside its folder that Amazon Neptune needs, which shares the control plane of Amazon RDS. */
const insertions: readonly Insertion[] = [
  {
    file: 'src/snapshots/service.ts',
    before: '} as const satisfies Readonly<Record<string, ServiceEntry>>',
    lines: [
      '  NEPTUNE: {',
      "    title: 'Amazon Neptune',",
      "    description: 'Amazon Neptune, instance-based clusters.',",
      "    arnNamespace: 'rds',",
      "    types: { snapshot: 'NeptuneSnapshot', cluster: 'NeptuneCluster' },",
      '  },',
    ],
  },
  {
    file: 'src/services/index.ts',
    before: "import { redshift } from './redshift/service.ts';",
    lines: ["import { neptune } from './neptune/service.ts';"],
  },
  {
    file: 'src/services/index.ts',
    before: '} satisfies Record<ServiceName, Service>;',
    lines: ['  NEPTUNE: neptune,'],
  },
];

/** The names of Amazon DocumentDB, as those of the third service; the SDK's own client serves both. */
const names = [
  [/DocumentDB/g, 'Neptune'],
  [/documentDB|documentdb(?!\/latest)/g, 'neptune'],
  [/DOCUMENTDB/g, 'NEPTUNE'],
  [/'docdb'/g, "'neptune'"],
] as const;

/** A copy of the program with a third service, and how many lines that needed outside the folder of the service. */
export interface CopyWithThirdService {
  readonly folder: string;
  readonly main: string;
  readonly linesOutside: number;
  remove(): void;
}

/** Copies the program and adds Amazon Neptune, whose adapter is that of Amazon DocumentDB under other names. */
export function copyWithThirdService(): CopyWithThirdService {
  const folder = mkdtempSync(join(tmpdir(), 'snapgate-third-service-'));
  cpSync(join(root, 'src'), join(folder, 'src'), { recursive: true });
  for (const file of ['package.json', 'tsconfig.json']) cpSync(join(root, file), join(folder, file));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const services = join(folder, 'src/services');
  cpSync(join(services, 'documentdb'), join(services, 'neptune'), { recursive: true });
  for (const path of globSync(join(services, 'neptune/**/*.ts'))) {
    const text = names.reduce((before, [from, to]) => before.replaceAll(from, to), readFileSync(path, 'utf8'));
    writeFileSync(path, text);
  }
  for (const insertion of insertions) insert(folder, insertion);
  return {
    folder,
    main: join(folder, 'src/main.ts'),
    linesOutside: insertions.flatMap(({ lines }) => lines).length,
    remove: () => rmSync(folder, { recursive: true }),
  };
}

function insert(folder: string, { file, before, lines }: Insertion): void {
  const path = join(folder, file);
  const all = readFileSync(path, 'utf8').split('\n');
  const at = all.findIndex((line) => line.startsWith(before));
  if (at < 0) throw new Error(`${file} has no line that starts with ${before}`);
  writeFileSync(path, all.toSpliced(at, 0, ...lines).join('\n'));
}
