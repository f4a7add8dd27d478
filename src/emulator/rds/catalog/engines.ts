import { invalidCombination, invalidValue } from '../../fault.ts';
import { multiAzClasses, sizes } from './classes.ts';

/** A database engine of the RDS control plane. */
export interface Engine {
  readonly name: string;
  readonly description: string;
  /** The label of host names before the region's domain. */
  readonly domain: 'docdb' | 'neptune' | 'rds';
  readonly port: number;
  /** `LicenseModel` of snapshots and of orderable instances. */
  readonly snapshotLicense: string;
  readonly orderLicense: string;
  /** The versions that AWS lists, from the oldest to the newest. */
  readonly versions: readonly string[];
  /** Versions of AWS's documented examples that AWS lists no longer. */
  readonly retired: readonly string[];
  readonly defaultVersion: string;
  /** The default first. */
  readonly storageTypes: readonly string[];
  readonly logTypes: readonly string[];
  readonly classes: readonly string[];
  /** Multi-AZ DB clusters have allocated storage and three instances of the cluster's class. */
  readonly isMultiAz: boolean;
}

function versionsOf(major: string, minors: readonly number[]): string[] {
  return minors.map((minor) => `${major}.${minor}`);
}

const aurora = { domain: 'rds', storageTypes: ['aurora', 'aurora-iopt1'], isMultiAz: false } as const;
const multiAz = {
  domain: 'rds',
  storageTypes: ['io1', 'io2', 'gp3'],
  classes: multiAzClasses,
  isMultiAz: true,
} as const;

const all: readonly Engine[] = [
  {
    name: 'docdb',
    description: 'Amazon DocumentDB (with MongoDB compatibility)',
    domain: 'docdb',
    port: 27_017,
    snapshotLicense: 'docdb',
    orderLicense: 'na',
    versions: ['3.6.0', '4.0.0', '5.0.0', '8.0.0'],
    retired: [],
    defaultVersion: '5.0.0',
    storageTypes: ['standard', 'iopt1'],
    logTypes: ['audit', 'profiler'],
    classes: [
      ...sizes('db.r4', ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '16xlarge']),
      ...sizes('db.r5', ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge', '24xlarge']),
      ...sizes('db.r6g', ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge']),
      ...sizes('db.r8g', ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge']),
      ...sizes('db', ['t3.medium', 't4g.medium', 'serverless']),
    ],
    isMultiAz: false,
  },
  {
    name: 'neptune',
    description: 'Amazon Neptune',
    domain: 'neptune',
    port: 8182,
    snapshotLicense: 'amazon-license',
    orderLicense: 'amazon-license',
    versions: ['1.2.0.2', '1.2.1.0', '1.2.1.2', '1.3.0.0', '1.3.1.0', '1.3.2.1', '1.3.4.0', '1.4.0.0', '1.4.1.0'],
    retired: ['1.0.1.0', '1.0.2.1', '1.0.3.0', '1.0.4.2', '1.0.5.1', '1.1.0.0', '1.1.1.0'],
    defaultVersion: '1.3.2.1',
    storageTypes: ['standard', 'iopt1'],
    logTypes: ['audit', 'slowquery'],
    classes: [
      ...sizes('db.r5', ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '24xlarge']),
      ...sizes('db.r6g', ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge']),
      ...sizes('db', ['t3.medium', 't4g.medium', 'serverless']),
    ],
    isMultiAz: false,
  },
  {
    ...aurora,
    name: 'aurora-postgresql',
    description: 'Aurora (PostgreSQL)',
    port: 5432,
    snapshotLicense: 'postgresql-license',
    orderLicense: 'postgresql-license',
    versions: [
      ...versionsOf('12', [9, 22]),
      ...versionsOf('13', [14, 15, 16, 18, 20, 21]),
      ...versionsOf('14', [10, 11, 12, 13, 15, 17, 18]),
      ...versionsOf('15', [4, 5, 6, 7, 8, 10, 12, 13]),
      ...versionsOf('16', [1, 2, 3, 4, 6, 8, 9]),
      ...versionsOf('17', [4, 5]),
    ],
    retired: ['9.6.9', '10.7', '11.21', '12.14', '13.9'],
    defaultVersion: '16.4',
    logTypes: ['instance', 'postgresql', 'iam-db-auth-error'],
    classes: [
      ...sizes('db.r5', ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge', '24xlarge']),
      ...sizes('db.r6g', ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge']),
      ...sizes('db.r7g', ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge']),
      ...sizes('db', ['t3.medium', 't3.large', 't4g.medium', 't4g.large', 'serverless']),
    ],
  },
  {
    ...aurora,
    name: 'aurora-mysql',
    description: 'Aurora MySQL',
    port: 3306,
    snapshotLicense: 'aurora-mysql',
    orderLicense: 'general-public-license',
    versions: [
      '5.7.mysql_aurora.2.11.6',
      '5.7.mysql_aurora.2.12.5',
      '8.0.mysql_aurora.3.04.3',
      '8.0.mysql_aurora.3.05.2',
      '8.0.mysql_aurora.3.06.1',
      '8.0.mysql_aurora.3.07.1',
      '8.0.mysql_aurora.3.08.2',
      '8.0.mysql_aurora.3.10.0',
    ],
    retired: ['5.6.10a', '5.7.12', '5.7.mysql_aurora.2.04.2', '5.7.mysql_aurora.2.07.2', '8.0.mysql_aurora.3.01.0'],
    defaultVersion: '8.0.mysql_aurora.3.07.1',
    logTypes: ['audit', 'error', 'general', 'instance', 'slowquery', 'iam-db-auth-error'],
    classes: [
      ...sizes('db.r5', ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge', '24xlarge']),
      ...sizes('db.r6g', ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge']),
      ...sizes('db.r7g', ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge']),
      ...sizes('db', ['t3.medium', 't3.large', 't4g.medium', 't4g.large', 'serverless']),
    ],
  },
  {
    ...multiAz,
    name: 'postgres',
    description: 'PostgreSQL',
    port: 5432,
    snapshotLicense: 'postgresql-license',
    orderLicense: 'postgresql-license',
    versions: [
      ...versionsOf('13', [15, 16, 18, 20, 21]),
      ...versionsOf('14', [12, 13, 15, 17, 18]),
      ...versionsOf('15', [7, 8, 10, 12, 13]),
      ...versionsOf('16', [3, 4, 6, 8, 9]),
      ...versionsOf('17', [2, 4, 5]),
    ],
    retired: ['13.4'],
    defaultVersion: '16.4',
    logTypes: ['postgresql', 'upgrade', 'iam-db-auth-error'],
  },
  {
    ...multiAz,
    name: 'mysql',
    description: 'MySQL Community Edition',
    port: 3306,
    snapshotLicense: 'general-public-license',
    orderLicense: 'general-public-license',
    versions: ['8.0.36', '8.0.37', '8.0.39', '8.0.40', '8.0.41', '8.0.42', '8.4.3', '8.4.4', '8.4.5'],
    retired: ['8.0.28'],
    defaultVersion: '8.0.40',
    logTypes: ['audit', 'error', 'general', 'slowquery', 'iam-db-auth-error'],
  },
];

const byName = new Map(all.map((engine) => [engine.name, engine]));

/** Returns every engine. */
export function allEngines(): readonly Engine[] {
  return all;
}

/** Returns the engine with this name, or undefined. */
export function findEngine(name: string | undefined): Engine | undefined {
  return name === undefined ? undefined : byName.get(name);
}

/** Returns the engine with this name. Throws InvalidParameterValue. */
export function requireEngine(name: string): Engine {
  const engine = findEngine(name);
  if (engine) return engine;
  throw invalidValue(`Invalid DB engine: ${name}`);
}

/**
 * Returns the version that a request names: a whole version, or the newest of a major version such as `16`. Throws
 * InvalidParameterCombination.
 */
export function requireVersion({ name, versions, retired }: Engine, asked: string): string {
  if (versions.includes(asked) || retired.includes(asked)) return asked;
  const newest = versions.findLast((version) => version.startsWith(`${asked}.`));
  if (newest !== undefined) return newest;
  throw invalidCombination(`Cannot find version ${asked} for ${name}`);
}

/** Returns the parameter group family of an engine version, such as `docdb5.0` or `aurora-postgresql16`. */
export function familyOf(engine: string, version: string): string {
  const [major = '', minor = '0'] = version.split('.');
  if (engine === 'neptune') return Number(minor) < 2 && major === '1' ? 'neptune1' : `neptune${major}.${minor}`;
  const hasMajorOnly = engine.endsWith('postgresql') || engine === 'postgres';
  return hasMajorOnly && Number(major) >= 10 ? `${engine}${major}` : `${engine}${major}.${minor}`;
}

/** Returns the part of a version that only a major upgrade changes. */
export function majorOf(engine: string, version: string): string {
  const [major = '', minor = ''] = version.split('.');
  const hasMajorOnly =
    engine === 'docdb' || ((engine.endsWith('postgresql') || engine === 'postgres') && Number(major) >= 10);
  return hasMajorOnly ? major : `${major}.${minor}`;
}

/** Returns a negative number if `left` is an earlier version than `right`. */
export function compareVersions(left: string, right: string): number {
  return left.localeCompare(right, 'en', { numeric: true });
}
