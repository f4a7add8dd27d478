import { createAws } from '../aws/client.ts';
import { connectKms } from '../aws/kms.ts';
import type { AwsSettings } from '../aws/settings.ts';
import type { SourceAccess } from '../aws/source-access.ts';
import { createUsage } from '../aws/usage.ts';
import { SnapgateError } from '../errors.ts';
import type { Probe } from '../fleet/backend.ts';
import type { Sources } from '../fleet/sources.ts';
import { services } from '../services/index.ts';
import { serviceNames } from '../snapshots/service.ts';
import type { Source } from '../snapshots/source.ts';
import type { Accessed, Fleet } from './accessed.ts';
import { describeFailure } from './failure.ts';
import { type Check, ok, type Outcome, problem, unchecked, warning } from './finding.ts';
import { type PermissionSettings, permissionChecks } from './permissions.ts';
import type { OwnIdentity } from './own-identity.ts';

/** A key that no account has: AWS checks the permission before it looks up the key. */
const noKey = '00000000-0000-0000-0000-000000000000';
/** The subject of the changes that the doctor stands for. */
const subject = 'doctor';

/** Returns the checks of the roles, the permissions to read and write, and AWS KMS, for all sources. */
export function sourceChecks(
  settings: AwsSettings,
  sources: Sources,
  ask: () => Promise<OwnIdentity>,
  permissions: PermissionSettings,
): Check[] {
  const connections = new Map(serviceNames.map((name) => [name, sources.connect(name, (access) => access)]));
  const accessed = sources.all.flatMap((source) => {
    const access = connections.get(source.service)?.(source);
    return access === undefined ? [] : [{ source, access }];
  });
  const fleet: Fleet = { aws: createAws(settings), usage: createUsage(), sources, accessed };
  const byAccount = [...Map.groupBy(accessed, ({ source }) => source.account).values()];
  const byPlace = [...Map.groupBy(accessed, ({ source }) => `${source.account}/${source.region}`)];
  return [
    ...byAccount.map((each) => roleCheck(fleet, each)),
    ...readChecks(fleet),
    ...byAccount.flatMap((each) => permissionChecks(fleet, each, ask, permissions)),
    ...byPlace.flatMap(([place, [first]]) => (first === undefined ? [] : [kmsCheck(fleet, place, first)])),
  ];
}

/** The credentials of an account: for reads in each region, and for changes. */
function roleCheck({ aws }: Fleet, accessed: readonly Accessed[]): Check {
  const [first] = accessed;
  const { source, access } = first ?? {};
  const name = source?.accountName ?? null;
  const target = name === null ? `${source?.account}` : `${source?.account} (${name})`;
  return {
    name: 'role',
    target,
    run: async () => {
      const failures = await failuresOf(accessed.map((each) => aws.roles.credentialsOf(each.access)));
      if (failures.length > 0) return problem([...failures, ...trustHints(access)].join('\n'));
      if (access?.role === undefined) return ok("The gateway's own credentials.");
      const changing = await aws.roles.changing(subject, () => failuresOf([aws.roles.changingCredentialsOf(access)]));
      if (changing.length === 0) return ok('Assumed for reads and for changes.');
      return problem(
        [
          'The role can be assumed for reads, but not for changes, for which the session name is snapgate- and the subject of the caller. The trust policy must allow the session names snapgate-*.',
          ...changing,
        ].join('\n'),
      );
    },
  };
}

async function failuresOf(calls: readonly (() => Promise<unknown>)[]): Promise<string[]> {
  const results = await Promise.allSettled(calls.map((call) => call()));
  return [...new Set(results.flatMap((each) => (each.status === 'rejected' ? [describeFailure(each.reason)] : [])))];
}

/** Says what a trust policy can require, without the value of the external ID. */
function trustHints(access: SourceAccess | undefined): string[] {
  if (access?.role === undefined) return [];
  const external =
    access.externalId === undefined
      ? 'No external ID is configured: a condition on sts:ExternalId in the trust policy denies the role.'
      : 'An external ID is configured: if the trust policy has a condition on sts:ExternalId, it must have the same value.';
  return [
    `If AWS denies sts:AssumeRole, the trust policy of ${access.role} does not allow the gateway's own identity, or that identity lacks the permission sts:AssumeRole. ${external} A condition on sts:RoleSessionName must allow snapgate and snapgate-*.`,
  ];
}

/** Each call that reading a source needs. */
function readChecks({ aws, usage, sources, accessed }: Fleet): Check[] {
  const probesOf = new Map(
    serviceNames.map((name) => [
      name,
      services[name].open({ aws, sources, onChange: () => {}, now: () => new Date() }).probes(usage),
    ]),
  );
  return accessed.map(({ source, access }) => ({
    name: 'read',
    target: source.key,
    run: async () => {
      if ((await failuresOf([aws.roles.credentialsOf(access)])).length > 0) {
        return unchecked('There are no credentials: see the role of this account.');
      }
      return read(source, probesOf.get(source.service) ?? []);
    },
  }));
}

async function read(source: Source, probes: readonly Probe[]): Promise<Outcome> {
  const start = performance.now();
  const failures = await Promise.all(
    probes.map(async (probe) => {
      const [failure] = await failuresOf([() => probe(source)]);
      return failure;
    }),
  );
  const problems = failures.filter((each) => each !== undefined);
  const allowed = `${probes.length - problems.length} of ${probes.length} actions`;
  if (problems.length > 0) return problem([`Only ${allowed} succeeded.`, ...problems].join('\n'));
  return ok(`${allowed}, in ${Math.ceil(performance.now() - start)} ms.`);
}

/** The permission that only `kmsKey`, copies with other keys, and the check of shared keys need. */
function kmsCheck({ aws, usage }: Fleet, place: string, { source, access }: Accessed): Check {
  return {
    name: 'kms',
    target: place,
    run: async () => {
      try {
        await connectKms(aws, { ...access, key: `${place}/doctor-kms` }).describe(noKey, usage);
        return ok('kms:DescribeKey is allowed.');
      } catch (error) {
        if (!(error instanceof SnapgateError)) throw error;
        if (error.code === 'NOT_FOUND') return ok('kms:DescribeKey is allowed.');
        if (error.code !== 'FORBIDDEN') return unchecked(describeFailure(error));
        return warning(
          `kms:DescribeKey is optional, but denied in account ${source.account}: kmsKey is an error, and keys of copies must be those in sharing.kmsKeys. ${describeFailure(error)}`,
        );
      }
    },
  };
}
