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
}

/** Returns an operation's output as AWS Query XML, with the request id in both the body and the header. */
export function successAnswer(
  namespace: string,
  { name, output: schema }: OperationSchema,
  output: object,
  requestId: string,
): Answer {
  const metadata = element('ResponseMetadata', element('RequestId', requestId, 2), 1);
  // AWS omits the Result element for an operation without output.
  const result = schema.isStructSchema() ? element(`${name}Result`, writeMembers(schema, output, 2), 1) : '';
  return xmlAnswer(200, `${name}Response`, namespace, result + metadata, requestId);
}

/** Returns a fault as AWS Query XML, of type `Sender` (the caller's error) below status 500, otherwise `Receiver`. */
export function faultAnswer(namespace: string, { code, message, status }: Fault, requestId: string): Answer {
  const error =
    element('Type', status < 500 ? 'Sender' : 'Receiver', 2) +
    element('Code', writeText(code), 2) +
    element('Message', writeText(message), 2);
  const content = element('Error', error, 1) + element('RequestId', requestId, 1);
  return { ...xmlAnswer(status, 'ErrorResponse', namespace, content, requestId), code };
}

function xmlAnswer(status: number, root: string, namespace: string, content: string, requestId: string): Answer {
  return {
    status,
    headers: { 'content-type': 'text/xml', vary: 'Accept-Encoding', 'x-amzn-requestid': requestId },
    body: `<${root} xmlns="${namespace}">\n${content}</${root}>\n`,
  };
}

/** Returns an element on lines of its own; AWS indents by two spaces, and writes an empty list as one tag. */
function element(name: string, content: string, depth: number): string {
  const indent = '  '.repeat(depth);
  if (content === '') return `${indent}<${name}/>\n`;
  // Only elements start on a new line: text contains no unescaped angle bracket.
  const isNested = content.endsWith('>\n');
  return isNested ? `${indent}<${name}>\n${content}${indent}</${name}>\n` : `${indent}<${name}>${content}</${name}>\n`;
}

function writeMembers(structure: NormalizedSchema, value: object, depth: number): string {
  let content = '';
  for (const { name, element: elementName, schema } of membersOf(structure)) {
    const memberValue: unknown = Reflect.get(value, name);
    if (memberValue === undefined || memberValue === null) continue;
    content += element(elementName, writeValue(schema, memberValue, depth + 1, isDouble(structure, name)), depth);
  }
  return content;
}

/** The members that the services return as doubles, which AWS writes with a fraction; the SDK's schemas do not tell. */
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

function writeValue(schema: NormalizedSchema, value: unknown, depth: number, hasFraction = false): string {
  if (Array.isArray(value)) {
    const item = schema.getValueSchema();
    const name = memberName('member', item);
    return value.map((entry: unknown) => element(name, writeValue(item, entry, depth + 1), depth)).join('');
  }
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object' && value !== null) return writeMembers(schema, value, depth);
  if (hasFraction && Number.isInteger(value)) return `${String(value)}.0`;
  return typeof value === 'string' ? writeText(value) : String(value);
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
  }));
  knownMembers.set(shape, members);
  return members;
}

/** Escapes text. A fault can quote characters that XML 1.0 does not allow; they become replacement characters. */
function writeText(text: string): string {
  const legal = text.replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
  return new XmlText(legal).toString();
}
