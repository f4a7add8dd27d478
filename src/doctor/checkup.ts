import PQueue from 'p-queue';
import { createAws } from '../aws/client.ts';
import type { AwsSettings } from '../aws/settings.ts';
import { createUsage } from '../aws/usage.ts';
import { describeCause, SnapgateError } from '../errors.ts';
import type { Probe } from '../fleet/backend.ts';
import type { Sources } from '../fleet/sources.ts';
import { services } from '../services/index.ts';
import { serviceNames } from '../snapshots/service.ts';
import type { Source } from '../snapshots/source.ts';

/** The result of checking one source. */
export interface Finding {
  readonly source: Source;
  /** Whether AWS accepts the credentials, and they belong to the configured account. */
  readonly hasCredentials: boolean;
  /** The number of actions that the gateway needs, and of those that AWS allowed: 0 without credentials. */
  readonly actions: { readonly needed: number; readonly allowed: number };
  /** The duration of the slowest action; undefined without credentials. */
  readonly milliseconds: number | undefined;
  readonly problems: readonly string[];
}

/** The sources that are checked at the same time. */
const concurrency = 32;
/** The most characters to show of a message from AWS or the system. */
const longestCause = 300;

/**
 * Checks all sources in parallel: their credentials, each action that the gateway needs, and the response time of AWS.
 * A failed check is part of the finding. Calls `onDone` after each source.
 */
export async function examine(
  settings: AwsSettings,
  sources: Sources,
  onDone: () => void,
): Promise<readonly Finding[]> {
  const aws = createAws(settings);
  const usage = createUsage();
  const probesOf = new Map(
    serviceNames.map((name) => [
      name,
      services[name].open({ aws, sources, onChange: () => {}, now: () => new Date() }).probes(usage),
    ]),
  );
  const credentialsOf = new Map(
    serviceNames.map((name) => [name, sources.connect(name, (access) => aws.roles.credentialsOf(access))]),
  );
  const queue = new PQueue({ concurrency });
  return queue.addAll(
    sources.all.map((source) => async () => {
      const getCredentials = async () => credentialsOf.get(source.service)?.(source)();
      const finding = await examineSource(source, getCredentials, probesOf.get(source.service) ?? []);
      onDone();
      return finding;
    }),
  );
}

async function examineSource(
  source: Source,
  getCredentials: () => Promise<unknown>,
  probes: readonly Probe[],
): Promise<Finding> {
  const { problem } = await attempt(getCredentials);
  if (problem !== undefined) {
    const actions = { needed: probes.length, allowed: 0 };
    return { source, hasCredentials: false, actions, milliseconds: undefined, problems: [problem] };
  }
  const results = await Promise.all(probes.map((probe) => attempt(() => probe(source))));
  const problems = results.map((each) => each.problem).filter((each) => each !== undefined);
  return {
    source,
    hasCredentials: true,
    actions: { needed: probes.length, allowed: probes.length - problems.length },
    milliseconds: Math.max(...results.map(({ milliseconds }) => milliseconds)),
    problems,
  };
}

interface Attempt {
  readonly problem?: string;
  readonly milliseconds: number;
}

async function attempt(call: () => Promise<unknown>): Promise<Attempt> {
  const start = performance.now();
  const since = () => performance.now() - start;
  try {
    await call();
    return { milliseconds: since() };
  } catch (error) {
    if (!(error instanceof SnapgateError)) throw error;
    return { problem: describe(error), milliseconds: since() };
  }
}

/** Adds the message of AWS or of the system, which the operator needs and clients of the gateway do not receive. */
function describe(error: SnapgateError): string {
  const cause = describeCause(error);
  if (cause === undefined) return error.message;
  // Stops at the first control character, so that no escape sequence reaches the terminal.
  const [text = ''] = cause.split(/\p{Cc}/u);
  return `${error.message} ${text.slice(0, longestCause)}`;
}
