import type {
  DBEngineVersion,
  DBEngineVersionMessage,
  DescribeDBEngineVersionsMessage,
  DescribeOrderableDBInstanceOptionsMessage,
  OrderableDBInstanceOption,
  OrderableDBInstanceOptionsMessage,
} from '@aws-sdk/client-rds';

import { readPage } from '../../paging.ts';
import type { Call } from '../../service.ts';
import { filterTest, type FilterFields } from '../filters.ts';
import { allEngines, compareVersions, familyOf, findEngine, majorOf, requireEngine, type Engine } from './engines.ts';
import { zones } from './groups.ts';

const versionFields: FilterFields<DBEngineVersion> = {
  'db-parameter-group-family': ({ DBParameterGroupFamily }) => [DBParameterGroupFamily],
  engine: ({ Engine: name }) => [name],
  'engine-mode': ({ SupportedEngineModes = [] }) => SupportedEngineModes,
  'engine-version': ({ EngineVersion }) => [EngineVersion],
  status: ({ Status }) => [Status],
};

/**
 * Lists the versions of the engines, oldest first; `EngineVersion` can also be a major version. `IncludeAll` adds versions
 * that AWS no longer offers. The lists of character sets and time zones are empty.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBEngineVersions.html
 */
export function describeDBEngineVersions(input: DescribeDBEngineVersionsMessage): DBEngineVersionMessage {
  const { EngineVersion: version, DBParameterGroupFamily: family, DefaultOnly = false, IncludeAll = false } = input;
  const { ListSupportedCharacterSets: listsSets = false, ListSupportedTimezones: listsZones = false } = input;
  const matches = filterTest(input.Filters ?? [], versionFields);
  const engines = input.Engine === undefined ? allEngines() : [findEngine(input.Engine)].filter((engine) => !!engine);
  const extras = {
    ...(listsSets ? { SupportedCharacterSets: [] } : {}),
    ...(listsZones ? { SupportedTimezones: [] } : {}),
  };
  const entries = engines.flatMap((engine) =>
    (IncludeAll ? [...engine.retired, ...engine.versions] : engine.versions)
      .filter((known) => !DefaultOnly || known === defaultOf(engine, version))
      .map((known, index) => ({ key: [engine.name, index], item: { ...versionOf(engine, known), ...extras } })),
  );
  entries.sort((left, right) =>
    String(left.key[0]) < String(right.key[0]) ? -1 : Number(left.key[0] !== right.key[0]),
  );
  const { items, marker } = readPage(entries, input, (item) => {
    const { EngineVersion: known = '' } = item;
    if (version !== undefined && known !== version && !known.startsWith(`${version}.`)) return false;
    return (family === undefined || item.DBParameterGroupFamily === family) && matches(item);
  });
  return { DBEngineVersions: items, Marker: marker };
}

/**
 * Lists the instance classes of an engine for each of its versions.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeOrderableDBInstanceOptions.html
 */
export function describeOrderableDBInstanceOptions(
  input: DescribeOrderableDBInstanceOptionsMessage,
  { here }: Call,
): OrderableDBInstanceOptionsMessage {
  const {
    DBInstanceClass,
    EngineVersion,
    LicenseModel,
    Vpc = true,
    AvailabilityZoneGroup: group,
    Filters = [],
  } = input;
  filterTest(Filters, {});
  const engine = requireEngine(input.Engine ?? '');
  const entries = engine.versions.flatMap((version, index) =>
    engine.classes
      .toSorted()
      .map((name) => ({ key: [index, name], item: optionOf(engine, version, name, here.region) })),
  );
  const { items, marker } = readPage(entries, input, (option) => {
    if (EngineVersion !== undefined && option.EngineVersion !== EngineVersion) return false;
    if (DBInstanceClass !== undefined && option.DBInstanceClass !== DBInstanceClass) return false;
    if (group !== undefined && group !== here.region) return false;
    return Vpc && (LicenseModel === undefined || option.LicenseModel === LicenseModel);
  });
  return { OrderableDBInstanceOptions: items, Marker: marker };
}

/** Returns the default version: of the engine, or the newest of a given major version. */
function defaultOf({ defaultVersion, versions }: Engine, asked: string | undefined): string | undefined {
  return asked === undefined
    ? defaultVersion
    : versions.findLast((version) => version === asked || version.startsWith(`${asked}.`));
}

function versionOf(engine: Engine, version: string): DBEngineVersion {
  const { name, description, versions, logTypes, retired, isMultiAz } = engine;
  const isAurora = name.startsWith('aurora');
  return {
    Engine: name,
    MajorEngineVersion: majorOf(name, version),
    EngineVersion: version,
    DBParameterGroupFamily: familyOf(name, version),
    DBEngineDescription: description,
    DBEngineVersionDescription: `${description} ${version}`,
    ValidUpgradeTarget: versions
      .filter((target) => compareVersions(target, version) > 0)
      .map((target) => ({
        Engine: name,
        EngineVersion: target,
        Description: `${description} ${target}`,
        AutoUpgrade: false,
        IsMajorVersionUpgrade: majorOf(name, target) !== majorOf(name, version),
      })),
    ExportableLogTypes: [...logTypes],
    SupportsLogExportsToCloudwatchLogs: true,
    SupportsReadReplica: isMultiAz,
    SupportedEngineModes: ['provisioned'],
    SupportedFeatureNames: [],
    Status: retired.includes(version) ? 'deprecated' : 'available',
    SupportsParallelQuery: false,
    SupportsGlobalDatabases: !isMultiAz,
    SupportsBabelfish: false,
    SupportsLocalWriteForwarding: isAurora,
    TagList: [],
  };
}

function optionOf(
  engine: Engine,
  EngineVersion: string,
  DBInstanceClass: string,
  region: string,
): OrderableDBInstanceOption {
  const { name, orderLicense, isMultiAz, storageTypes } = engine;
  const isAurora = name.startsWith('aurora');
  return {
    Engine: name,
    EngineVersion,
    DBInstanceClass,
    LicenseModel: orderLicense,
    AvailabilityZones: zones(region).map((zone) => ({ Name: zone })),
    MultiAZCapable: false,
    ReadReplicaCapable: false,
    Vpc: true,
    SupportsStorageEncryption: true,
    StorageType: storageTypes[0],
    SupportsIops: isMultiAz,
    SupportsEnhancedMonitoring: isAurora || isMultiAz,
    SupportsIAMDatabaseAuthentication: name !== 'docdb',
    SupportsPerformanceInsights: name !== 'neptune',
    AvailableProcessorFeatures: [],
    SupportedEngineModes: ['provisioned'],
    SupportsStorageAutoscaling: false,
    SupportsKerberosAuthentication: isAurora,
    OutpostCapable: false,
    SupportedActivityStreamModes: [],
    SupportsGlobalDatabases: !isMultiAz,
    SupportsClusters: true,
    SupportedNetworkTypes: ['IPV4', 'DUAL'],
    ...(isMultiAz ? { MinStorageSize: 100, MaxStorageSize: 65_536, MinIopsPerDbInstance: 1000 } : {}),
  };
}
