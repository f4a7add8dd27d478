import { XmlText } from '@aws-sdk/xml-builder';
import type { NormalizedSchema } from '@smithy/core/schema';

import type { Fault } from '../fault.ts';
import type { EmulatedService, OperationSchema } from '../service.ts';
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
  service: EmulatedService,
  { name, output: schema }: OperationSchema,
  output: object,
  requestId: string,
): Answer {
  // AWS omits the Result element for an operation without output.
  const result = schema.isStructSchema() ? element(`${name}Result`, writeMembers(service, schema, output)) : '';
  const metadata = element('ResponseMetadata', element('RequestId', requestId));
  return xmlAnswer(200, `${name}Response`, service.namespace, result + metadata, requestId);
}

/** Returns a fault as AWS Query XML, of type `Sender` (the caller's error) below status 500, otherwise `Receiver`. */
export function faultAnswer(namespace: string, { code, message, status }: Fault, requestId: string): Answer {
  const error =
    element('Type', status < 500 ? 'Sender' : 'Receiver') +
    element('Code', writeText(code)) +
    element('Message', writeText(message));
  const content = element('Error', error) + element('RequestId', requestId);
  return { ...xmlAnswer(status, 'ErrorResponse', namespace, content, requestId), code };
}

function xmlAnswer(status: number, root: string, namespace: string, content: string, requestId: string): Answer {
  return {
    status,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body: `<${root} xmlns="${namespace}">${content}</${root}>\n`,
  };
}

function element(name: string, content: string): string {
  return content === '' ? `<${name}/>` : `<${name}>${content}</${name}>`;
}

function writeMembers(service: EmulatedService, structure: NormalizedSchema, value: object): string {
  let content = '';
  for (const { name, element: elementName, schema } of membersOf(service, structure)) {
    const memberValue: unknown = Reflect.get(value, name);
    if (memberValue === undefined || memberValue === null) continue;
    content += element(elementName, writeValue(service, schema, memberValue));
  }
  return content;
}

function writeValue(service: EmulatedService, schema: NormalizedSchema, value: unknown): string {
  if (Array.isArray(value)) {
    const item = schema.getValueSchema();
    const name = memberName('member', item);
    return value.map((entry: unknown) => element(name, writeValue(service, item, entry))).join('');
  }
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object' && value !== null) return writeMembers(service, schema, value);
  return typeof value === 'string' ? writeText(value) : String(value);
}

const knownMembers = new WeakMap<object, readonly Member[]>();

/** Returns a structure's members, including those that the model lacks; cached, as a page has up to 100 structures. */
function membersOf(service: EmulatedService, structure: NormalizedSchema): readonly Member[] {
  const shape: unknown = structure.getSchema();
  if (typeof shape !== 'object' || shape === null) return [];
  const known = knownMembers.get(shape);
  if (known) return known;
  const extra = service.extraMembers?.[structure.getName() ?? ''] ?? {};
  const members = [...structure.structIterator(), ...Object.entries(extra)].map(([name, schema]) => ({
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
