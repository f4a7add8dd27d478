import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyRepository } from './repository.ts';

/** Lines to insert into a file, before the first line that starts with `before`. */
interface Insertion {
  readonly file: string;
  readonly before: string;
  readonly lines: readonly string[];
}

/** All lines that Amazon Neptune needs outside its own folder. It shares the control plane of Amazon RDS. */
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

/** Replaces the names of Amazon DocumentDB with those of Amazon Neptune; the same SDK client serves both. */
const names = [
  [/DocumentDB/g, 'Neptune'],
  [/documentDB|documentdb(?!\/latest)/g, 'neptune'],
  [/DOCUMENTDB/g, 'NEPTUNE'],
  [/'docdb'/g, "'neptune'"],
] as const;

/** A copy of the program with a third service, and the number of lines added outside the folder of that service. */
export interface CopyWithThirdService {
  readonly folder: string;
  readonly main: string;
  readonly linesOutside: number;
  remove(): void;
}

/** Copies the program and adds Amazon Neptune, with a renamed copy of the Amazon DocumentDB adapter. */
export function copyWithThirdService(): CopyWithThirdService {
  const folder = mkdtempSync(join(tmpdir(), 'snapgate-third-service-'));
  copyRepository(folder, ['src', 'package.json', 'tsconfig.json']);
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
