import { parseXML } from '@aws-sdk/xml-builder';
import type { NormalizedSchema } from '@smithy/core/schema';
import { strayAmpersand, textReader } from './xml-text.ts';

/** What the SDK's parser makes of an element: its text, or what it holds by name, in an array where a name repeats. */
type Tree = string | Branch | Tree[];
type Branch = { [name: string]: Tree };

/** Reads a value that is neither structure, list nor plain text, as the SDK does. */
type OtherReader = (schema: NormalizedSchema, value: unknown) => unknown;

const opaque = /<!--[^]*?-->|<!\[CDATA\[[^]*?\]\]>/g;
const rootName = /^(?:<[?!][^>]*>\s*)*<([\w.:-]{1,100})[\s/>]/;

/**
 * Reads an operation's answer, whatever XML it is written in, by the SDK's own parser; undefined for an operation without
 * output. Throws an error that says why a document is not a whole answer, or holds what the output cannot.
 */
export function readTree(operation: string, output: NormalizedSchema, text: string, readOther: OtherReader): unknown {
  const document = text.trim();
  const reason = refusal(operation, document);
  if (reason !== undefined) throw new Error(reason);

  const root = `${operation}Response`;
  const answer = branch(parse(document)[root] ?? '', root);
  if (strayAmpersand.test(document.replace(opaque, ''))) throw new Error('an answer with an unknown entity');
  if (output.isUnitSchema()) return undefined;
  const result = answer[`${operation}Result`];
  if (result === undefined) throw new Error(`an answer without ${operation}Result`);
  return readValue(output, result, `${operation}Result`, readOther);
}

function parse(document: string): Branch {
  try {
    return parseXML(document);
  } catch (cause) {
    throw new Error('malformed XML', { cause });
  }
}

function refusal(operation: string, text: string): string | undefined {
  const expected = `${operation}Response`;
  if (text === '') return 'an empty body';
  if (!text.startsWith('<')) return 'not an XML document';
  const root = rootName.exec(text)?.[1];
  if (root?.toLowerCase() === 'html') return 'an HTML page';
  if (root !== undefined && root !== expected) return `another operation's answer, ${root}`;
  const close = `</${expected}>`;
  const end = text.indexOf(close);
  if (end < 0) return 'an answer cut short';
  if (end + close.length < text.length) return 'an answer with something behind it';
  if (root === undefined) return 'a document with a type of its own';
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
    throw new Error(`an answer with something else for ${name}`, { cause });
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
  if (Object.keys(others).length > 0) throw new Error(`an answer with something else in ${name}`);
  return [trees].flat().map((tree) => readValue(items, tree, item, readOther));
}

/** What a structure or list holds; the SDK would read one that is written twice, or with text inside, as empty. */
function branch(value: Tree, name: string): Branch {
  if (Array.isArray(value)) throw new Error(`an answer with ${name} twice`);
  const { '#text': text = '', ...children } = typeof value === 'string' ? { '#text': value } : value;
  if (typeof text !== 'string' || text.trim() !== '') throw new Error(`an answer with text in ${name}`);
  return children;
}

function textOf(value: Tree): string {
  const text = typeof value === 'object' && '#text' in value ? value['#text'] : value;
  if (typeof text !== 'string') throw new TypeError('not a text');
  return text;
}
