import { parseXML } from '@aws-sdk/xml-builder';
import type { NormalizedSchema } from '@smithy/core/schema';
import { strayAmpersand, textReader } from './xml-text.ts';

/** An element as the SDK's parser returns it: its text, or its children by name, in an array if a name repeats. */
type Tree = string | Branch | Tree[];
type Branch = { [name: string]: Tree };

/** Reads a value that is not a structure, a list or plain text, as the SDK does. */
type OtherReader = (schema: NormalizedSchema, value: unknown) => unknown;

const opaque = /<!--[^]*?-->|<!\[CDATA\[[^]*?\]\]>/g;
const rootName = /^(?:<[?!][^>]*>\s*)*<([\w.:-]{1,100})[\s/>]/;

/**
 * Parses a response in any form of XML, with the SDK's own parser; undefined for an operation without output. Throws an
 * error that says why the document is not a complete response, or which value does not fit the output.
 */
export function readTree(operation: string, output: NormalizedSchema, text: string, readOther: OtherReader): unknown {
  const document = text.trim();
  const reason = refusal(operation, document);
  if (reason !== undefined) throw new Error(reason);

  const root = `${operation}Response`;
  const answer = branch(parse(document)[root] ?? '', root);
  if (strayAmpersand.test(document.replace(opaque, ''))) throw new Error('the body has an unknown XML entity');
  if (output.isUnitSchema()) return undefined;
  const result = answer[`${operation}Result`];
  if (result === undefined) throw new Error(`${operation}Result is missing`);
  return readValue(output, result, `${operation}Result`, readOther);
}

function parse(document: string): Branch {
  try {
    return parseXML(document);
  } catch (cause) {
    throw new Error('the body is malformed XML', { cause });
  }
}

function refusal(operation: string, text: string): string | undefined {
  const expected = `${operation}Response`;
  if (text === '') return 'the body is empty';
  if (!text.startsWith('<')) return 'the body is not XML';
  const root = rootName.exec(text)?.[1];
  if (root?.toLowerCase() === 'html') return 'the body is an HTML page';
  if (root !== undefined && root !== expected) return `the body is the response to another operation, ${root}`;
  const close = `</${expected}>`;
  const end = text.indexOf(close);
  if (end < 0) return 'the body is truncated';
  if (end + close.length < text.length) return 'the body has data after the response';
  if (root === undefined) return 'the body has a document type declaration';
  return undefined;
}

function readValue(schema: NormalizedSchema, value: Tree, name: string, readOther: OtherReader): unknown {
  if (schema.isListSchema()) return readList(schema.getValueSchema(), branch(value, name), name, readOther);
  if (schema.isStructSchema() && !schema.isUnionSchema()) return readStructure(schema, branch(value, name), readOther);
  const read = textReader(schema);
  if (read === undefined) return readOther(schema, value);
  try {
    return read(textOf(value));
  } catch (cause) {
    throw new Error(`the value of ${name} is not valid`, { cause });
  }
}

function readStructure(schema: NormalizedSchema, children: Branch, readOther: OtherReader): unknown {
  const structure: Record<string, unknown> = {};
  for (const [key, member] of schema.structIterator()) {
    const name = member.getMemberTraits().xmlName ?? key;
    const child = children[name];
    if (child !== undefined) structure[key] = readValue(member, child, name, readOther);
  }
  return structure;
}

function readList(items: NormalizedSchema, children: Branch, name: string, readOther: OtherReader): unknown[] {
  const item = items.getMergedTraits().xmlName ?? 'member';
  const { [item]: trees = [], ...others } = children;
  if (Object.keys(others).length > 0) throw new Error(`${name} has an unexpected element`);
  return [trees].flat().map((tree) => readValue(items, tree, item, readOther));
}

/** Returns the children of a structure or list; the SDK would read a repeated element, or one with text, as empty. */
function branch(value: Tree, name: string): Branch {
  if (Array.isArray(value)) throw new Error(`${name} occurs more than once`);
  const { '#text': text = '', ...children } = typeof value === 'string' ? { '#text': value } : value;
  if (typeof text !== 'string' || text.trim() !== '') throw new Error(`${name} has unexpected text`);
  return children;
}

function textOf(value: Tree): string {
  const text = typeof value === 'object' && '#text' in value ? value['#text'] : value;
  if (typeof text !== 'string') throw new TypeError('not a string');
  return text;
}
