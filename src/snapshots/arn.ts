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

function toArn(arn: string): Arn | undefined {
  const [, head = '', resource = ''] = /^((?:[^:]*:){5})(.*)$/s.exec(arn) ?? [];
  const place = placeIn(head);
  return place === undefined || !/[^:]/.test(resource) ? undefined : { ...place, resource };
}

type Place = Omit<Arn, 'resource'>;

/** The places of the last ARNs, by what precedes their resource: a source has many ARNs with the same. */
const places = new Map<string, Place>();
const [rememberedPlaces, longestRemembered] = [1_000, 200];

function placeIn(head: string): Place | undefined {
  const known = places.get(head);
  if (known !== undefined) return known;
  const place = toPlace(head);
  if (place === undefined || head.length > longestRemembered) return place;
  if (places.size >= rememberedPlaces) places.clear();
  places.set(head, place);
  return place;
}

function toPlace(head: string): Place | undefined {
  const [prefix, partition = '', name = '', region = '', account = ''] = head.split(':');
  const services = servicesOf.get(name) ?? [];
  const isWhole = prefix === 'arn' && /^aws[a-z-]*$/.test(partition) && /^[a-z0-9-]+$/.test(region);
  return isWhole && services.length > 0 && isAccountId(account) ? { partition, services, region, account } : undefined;
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
