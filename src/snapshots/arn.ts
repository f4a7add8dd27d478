import { InvalidInputError } from '../errors.ts';
import { type ServiceName, serviceNames, serviceTable, serviceTitles } from './service.ts';

/** The parts of the ARN of a resource of a supported service; `resource` can contain colons. */
export interface Arn {
  readonly partition: string;
  /** The services to which the resource can belong: services on one control plane share a namespace. */
  readonly services: readonly ServiceName[];
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

const example = 'arn:aws:redshift:us-east-1:123456789012:snapshot:sales/sales-2026-03-01';

/** Parses an ARN; throws INVALID_INPUT for anything else. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
export function parseArn(arn: string): Arn {
  const parsed = readArn(arn);
  if (parsed) return parsed;
  throw notAnArn(arn);
}

/** Parses an ARN that a client sends; throws INVALID_INPUT also for characters that no ARN of AWS has. */
export function parseSentArn(arn: string): Arn {
  // A # would read as the account of a shared snapshot.
  if (/[#\s\p{C}]/u.test(arn)) throw notAnArn(arn);
  return parseArn(arn);
}

function notAnArn(arn: string): InvalidInputError {
  return new InvalidInputError(
    `${JSON.stringify(arn)} is not the ARN of a snapshot or cluster of ${serviceTitles('or')}, such as ${example}.`,
    ['arn'],
  );
}

/** The last ARN that was parsed: a lookup parses its ARN in several places. */
let last: { readonly text: string; readonly arn: Arn | undefined } | undefined;

/** Parses an ARN; returns undefined for anything else. */
export function readArn(arn: string): Arn | undefined {
  if (last?.text !== arn) last = { text: arn, arn: toArn(arn) };
  return last.arn;
}

const servicesOf: ReadonlyMap<string, readonly ServiceName[]> = Map.groupBy(
  serviceNames,
  (each): string => serviceTable[each].arnNamespace,
);

/** An ARN up to its resource, which the ARNs of one list have in common. */
interface ArnStart extends Omit<Arn, 'resource'> {
  /** The text with its last colon. */
  readonly text: string;
}

let lastStart: ArnStart | undefined;

function toArn(arn: string): Arn | undefined {
  if (lastStart === undefined || !arn.startsWith(lastStart.text)) {
    const start = readStart(arn);
    if (start === undefined) return undefined;
    lastStart = start;
  }
  const { text, partition, services, region, account } = lastStart;
  const resource = arn.slice(text.length);
  const isEmpty = resource === '' || (resource.startsWith(':') && resource.replaceAll(':', '') === '');
  return isEmpty ? undefined : { partition, services, region, account, resource };
}

function readStart(arn: string): ArnStart | undefined {
  const parts = arn.split(':', 6);
  const [prefix, partition = '', name = '', region = '', account = ''] = parts;
  const services = servicesOf.get(name) ?? [];
  const isWhole = prefix === 'arn' && /^aws[a-z-]*$/.test(partition) && /^[a-z0-9-]+$/.test(region);
  if (!isWhole || services.length === 0 || !isAccountId(account) || parts.length < 6) return undefined;
  return { text: `${parts.slice(0, 5).join(':')}:`, partition, services, region, account };
}

/** Whether an id is an ARN, which can be invalid, and not a Node ID, which has no colons. */
export function isArn(id: string): boolean {
  return id.startsWith('arn:');
}

/** Whether a text is the ID of an AWS account: 12 digits. */
export function isAccountId(text: string): boolean {
  return /^\d{12}$/.test(text);
}

/** Returns the identifier in the ARN of a cluster; throws INVALID_INPUT, with an example, for another kind of ARN. */
export function clusterIdentifierOf(arn: string, kind: string, example: string): string {
  const [, identifier = ''] = matchResource(arn, /^cluster:(.+)$/, kind, example);
  return identifier;
}

/** Matches the resource of an ARN with a pattern; throws INVALID_INPUT, with an example, for another kind of ARN. */
export function matchResource(arn: string, pattern: RegExp, kind: string, example: string): RegExpExecArray {
  const match = pattern.exec(parseArn(arn).resource);
  if (match) return match;
  throw new InvalidInputError(`${JSON.stringify(arn)} is not the ARN of an ${kind}, such as ${example}.`, ['arn']);
}
