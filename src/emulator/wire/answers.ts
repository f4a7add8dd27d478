import { XmlText } from '@aws-sdk/xml-builder';
import type { NormalizedSchema } from '@smithy/core/schema';

import type { Fault } from '../fault.ts';
import type { OperationSchema } from '../service.ts';
import { memberName } from './parameters.ts';

/** An HTTP response before it is sent. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The wire code of the fault; absent for a success. */
  readonly code?: string;
}

interface Member {
  readonly name: string;
  readonly element: string;
  readonly schema: NormalizedSchema;
  /** Whether the member is a double. */
  readonly hasFraction: boolean;
}

/** Returns an operation's output as AWS Query XML, with the request id in both the body and the header. */
export function successAnswer(
  namespace: string,
  { name, output: schema }: OperationSchema,
  output: object,
  requestId: string,
): Answer {
  const metadata = parent('ResponseMetadata', leaf('RequestId', requestId, 2), 1);
  // AWS omits the Result element for an operation without output.
  const result = schema.isStructSchema() ? parent(`${name}Result`, writeMembers(schema, output, 2), 1) : '';
  return xmlAnswer(200, `${name}Response`, namespace, result + metadata, requestId);
}

/** Returns a fault as AWS Query XML, of type `Sender` (the caller's error) below status 500, otherwise `Receiver`. */
export function faultAnswer(namespace: string, { code, message, status }: Fault, requestId: string): Answer {
  const error =
    leaf('Type', status < 500 ? 'Sender' : 'Receiver', 2) +
    leaf('Code', writeText(code), 2) +
    leaf('Message', writeText(message), 2);
  const content = parent('Error', error, 1) + leaf('RequestId', requestId, 1);
  return { ...xmlAnswer(status, 'ErrorResponse', namespace, content, requestId), code };
}

function xmlAnswer(status: number, root: string, namespace: string, content: string, requestId: string): Answer {
  return {
    status,
    headers: { 'content-type': 'text/xml', vary: 'Accept-Encoding', 'x-amzn-requestid': requestId },
    body: `<${root} xmlns="${namespace}">\n${content}</${root}>\n`,
  };
}

/** Returns an element with elements in it, each on lines of its own; AWS indents by two spaces. */
function parent(name: string, content: string, depth: number): string {
  if (content === '') return leaf(name, content, depth);
  const indent = '  '.repeat(depth);
  return `${indent}<${name}>\n${content}${indent}</${name}>\n`;
}

/** Returns an element with text in it. AWS writes an empty element as one tag. */
function leaf(name: string, text: string, depth: number): string {
  const indent = '  '.repeat(depth);
  return text === '' ? `${indent}<${name}/>\n` : `${indent}<${name}>${text}</${name}>\n`;
}

function writeMembers(structure: NormalizedSchema, value: object, depth: number): string {
  let content = '';
  for (const member of membersOf(structure)) {
    const memberValue: unknown = Reflect.get(value, member.name);
    if (memberValue !== undefined && memberValue !== null) content += writeElement(member, memberValue, depth);
  }
  return content;
}

/** The members that the services return as doubles, which AWS writes with a fraction. The SDK's schemas do not mark them. */
const doubles: ReadonlySet<string> = new Set([
  'TotalBackupSizeInMegaBytes',
  'ActualIncrementalBackupSizeInMegaBytes',
  'BackupProgressInMegaBytes',
  'CurrentBackupRateInMegaBytesPerSecond',
  'CurrentRestoreRateInMegaBytesPerSecond',
  'CurrentRateInMegaBytesPerSecond',
  'TotalProvisionedStorageInMegaBytes',
  'EstimatedDiskUtilizationPercent',
  'MinRequiredACU',
  'MinIopsPerGib',
  'MaxIopsPerGib',
  'MinStorageThroughputPerIops',
  'MaxStorageThroughputPerIops',
]);

/** Whether a structure's member is a double. `MinCapacity` is one for Serverless v2, but an integer for v1. */
export function isDouble(structure: NormalizedSchema, member: string): boolean {
  const isCapacity = member === 'MinCapacity' || member === 'MaxCapacity';
  return doubles.has(member) || (isCapacity && structure.getName()?.startsWith('ServerlessV2') === true);
}

function writeElement({ element, schema, hasFraction }: Omit<Member, 'name'>, value: unknown, depth: number): string {
  if (Array.isArray(value)) {
    const item = schema.getValueSchema();
    const member = { element: memberName('member', item), schema: item, hasFraction: false };
    return parent(element, value.map((entry: unknown) => writeElement(member, entry, depth + 1)).join(''), depth);
  }
  if (value instanceof Date) return leaf(element, value.toISOString(), depth);
  if (typeof value === 'object' && value !== null)
    return parent(element, writeMembers(schema, value, depth + 1), depth);
  if (hasFraction && Number.isInteger(value)) return leaf(element, `${String(value)}.0`, depth);
  return leaf(element, typeof value === 'string' ? writeText(value) : String(value), depth);
}

const knownMembers = new WeakMap<object, readonly Member[]>();

/** Returns a structure's members; cached, as a page has up to 100 structures. */
function membersOf(structure: NormalizedSchema): readonly Member[] {
  const shape: unknown = structure.getSchema();
  if (typeof shape !== 'object' || shape === null) return [];
  const known = knownMembers.get(shape);
  if (known) return known;
  const members = [...structure.structIterator()].map(([name, schema]) => ({
    name,
    element: memberName(name, schema),
    schema,
    hasFraction: isDouble(structure, name),
  }));
  knownMembers.set(shape, members);
  return members;
}

/** Escapes text. A fault can quote characters that XML 1.0 does not allow; they become replacement characters. */
function writeText(text: string): string {
  if (/^[\w :/.-]*$/.test(text)) return text;
  const legal = text.replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
  return new XmlText(legal).toString();
}
