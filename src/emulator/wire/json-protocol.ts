import type { NormalizedSchema } from '@smithy/core/schema';

import { Fault, nullMember } from '../fault.ts';
import type { OperationSchema } from '../service.ts';
import type { Answer } from './answers.ts';
import { readMembers } from './json.ts';
import { requiredMembers } from './schemas.ts';

const contentType = 'application/x-amz-json-1.1';

/** Decodes an operation's AWS JSON 1.1 input. Throws SerializationException or ValidationException. */
export function decodeJson(input: NormalizedSchema, body: string): Record<string, unknown> {
  const decoded = readBody(input, body);
  for (const name of requiredMembers(input)) {
    if (decoded[name] !== undefined) continue;
    throw new Fault('ValidationException', nullMember(name));
  }
  return decoded;
}

function readBody(input: NormalizedSchema, body: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(body);
    if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new Error('the body is not an object');
    return readMembers(input, Object.fromEntries(Object.entries(json)));
  } catch (error) {
    throw new Fault('SerializationException', error instanceof Error ? error.message : String(error));
  }
}

/** Returns an operation's output as AWS JSON 1.1, with the request id in the header. */
export function jsonSuccess({ output: schema }: OperationSchema, output: object, requestId: string): Answer {
  return jsonAnswer(200, schema.isStructSchema() ? writeValue(schema, output) : {}, requestId);
}

/** Returns a fault as AWS JSON 1.1. */
export function jsonFault({ code, message, status }: Fault, requestId: string): Answer {
  return { ...jsonAnswer(status, { __type: code, message }, requestId), code };
}

function jsonAnswer(status: number, content: unknown, requestId: string): Answer {
  return {
    status,
    headers: { 'content-type': contentType, 'x-amzn-requestid': requestId },
    body: JSON.stringify(content),
  };
}

/** Returns a value with its dates in seconds since 1970 and without members that the schema lacks. */
function writeValue(schema: NormalizedSchema, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => writeValue(schema.getValueSchema(), item));
  if (value instanceof Date) return value.getTime() / 1000;
  if (typeof value !== 'object' || value === null || !schema.isStructSchema()) return value;
  const written: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    const memberValue: unknown = Reflect.get(value, name);
    if (memberValue !== undefined && memberValue !== null) written[name] = writeValue(member, memberValue);
  }
  return written;
}
