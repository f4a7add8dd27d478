import { parseXML } from '@aws-sdk/xml-builder';
import type { NormalizedSchema } from '@smithy/core/schema';
import { decodeReferences, requireReferences, textReader, unreadable } from './xml-text.ts';

/** An element as the SDK's parser returns it: its text, or its children by name, in an array if a name repeats. */
type Tree = string | Branch | Tree[];
type Branch = { [name: string]: Tree };

/** Reads a value that is not a structure, a list or plain text, as the SDK does. */
type OtherReader = (schema: NormalizedSchema, value: unknown) => unknown;

/** How to read the values of one document. */
interface Reading {
  readonly readOther: OtherReader;
  /** Receives the names of members that cannot be read, such as `Snapshot.Port`. */
  readonly flaws: Set<string>;
}

/**
 * Comments, CDATA and processing instructions, which have no references, and the ampersands of the other parts. One that
 * has no end reaches to the end of the text, so that the search does not start again at each of many starts.
 */
const opaqueOrAmpersand = /<!--[^]*?(?:-->|$)|<!\[CDATA\[[^]*?(?:\]\]>|$)|<\?[^]*?(?:\?>|$)|&/g;
/** Stands for an ampersand that the SDK's parser must not decode; not a character of XML. */
const ampersand = '\uFFFF';
const rootName = /^(?:<[?!][^>]*>\s*)*<([\w.:-]+)[\s/>]/;
/** The number of characters of a root's name that a message contains. */
const longestName = 100;

/**
 * Parses a response in any form of XML, with the SDK's own parser, except that empty strings and values that cannot be
 * read are missing; undefined for an operation without output. Adds the names of members that cannot be read to `flaws`.
 * Throws an error that says why the document is not a complete response.
 */
export function readTree(
  operation: string,
  output: NormalizedSchema,
  text: string,
  readOther: OtherReader,
  flaws = new Set<string>(),
): unknown {
  const document = text.trim();
  const reason = refusal(operation, document);
  if (reason !== undefined) throw new Error(reason);

  const root = `${operation}Response`;
  const answer = branch(parse(document)[root] ?? '', root);
  if (output.isUnitSchema()) return undefined;
  const result = answer[`${operation}Result`];
  if (result === undefined) throw new Error(`${operation}Result is missing`);
  return readValue(output, result, `${operation}Result`, { readOther, flaws });
}

/** Hides the references from the SDK's parser, which decodes some incorrectly, and decodes them in its result. */
function parse(document: string): Branch {
  if (document.includes(ampersand)) throw new Error('the body has a character that XML forbids');
  const tree = parseMasked(document.replaceAll(opaqueOrAmpersand, mask));
  if (!document.includes('&')) return tree;
  requireReferences(document.replaceAll(opaqueOrAmpersand, (part) => (part === '&' ? part : '')));
  return decodeBranch(tree);
}

function mask(part: string): string {
  if (part === '&') return ampersand;
  return part.startsWith('<![CDATA[') ? part.replaceAll('&', `${ampersand}amp;`) : part;
}

function decodeBranch(tree: Branch): Branch {
  return Object.fromEntries(Object.entries(tree).map(([name, child]) => [name, decode(child)]));
}

function decode(tree: Tree): Tree {
  if (typeof tree === 'string') return decodeReferences(tree.replaceAll(ampersand, '&'));
  return Array.isArray(tree) ? tree.map(decode) : decodeBranch(tree);
}

function parseMasked(document: string): Branch {
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
  if (root !== undefined && root !== expected)
    return `the body is the response to another operation, ${root.slice(0, longestName)}`;
  const close = `</${expected}>`;
  const end = text.indexOf(close);
  if (end < 0) return 'the body is truncated';
  if (end + close.length < text.length) return 'the body has data after the response';
  if (root === undefined) return 'the body has a document type declaration';
  return undefined;
}

/** Returns undefined for an empty string, `unreadable` for a value that does not fit the output. */
function readValue(schema: NormalizedSchema, value: Tree, name: string, reading: Reading): unknown {
  if (schema.isListSchema()) return readList(schema.getValueSchema(), branch(value, name), name, reading);
  if (schema.isStructSchema() && !schema.isUnionSchema()) return readStructure(schema, branch(value, name), reading);
  const read = textReader(schema);
  return read === undefined ? reading.readOther(schema, value) : read(textOf(value, name));
}

function readStructure(schema: NormalizedSchema, children: Branch, reading: Reading): unknown {
  const structure: Record<string, unknown> = {};
  for (const [key, member] of schema.structIterator()) {
    const name = member.getMemberTraits().xmlName ?? key;
    if (!Object.hasOwn(children, name)) continue;
    const value = readValue(member, children[name] ?? '', name, reading);
    const isFlawed = value === unreadable || (Array.isArray(value) && value.includes(unreadable));
    if (isFlawed) reading.flaws.add(`${schema.getName()}.${name}`);
    const readable = Array.isArray(value) ? value.filter((item) => item !== unreadable) : value;
    if (readable !== unreadable && readable !== undefined) structure[key] = readable;
  }
  return structure;
}

function readList(items: NormalizedSchema, children: Branch, name: string, reading: Reading): unknown[] {
  const item = items.getMergedTraits().xmlName ?? 'member';
  const { [item]: trees = [], ...others } = children;
  if (Object.keys(others).length > 0) throw new Error(`${name} has an unexpected element`);
  return [trees]
    .flat()
    .map((tree) => readValue(items, tree, item, reading))
    .filter((value) => value !== undefined);
}

/** Returns the children of a structure or list; the SDK would read a repeated element, or one with text, as empty. */
function branch(value: Tree, name: string): Branch {
  if (Array.isArray(value)) throw new Error(`${name} occurs more than once`);
  const { '#text': text = '', ...children } = typeof value === 'string' ? { '#text': value } : value;
  if (typeof text !== 'string' || text.trim() !== '') throw new Error(`${name} has unexpected text`);
  return children;
}

function textOf(value: Tree, name: string): string {
  if (Array.isArray(value)) throw new Error(`${name} occurs more than once`);
  const text = typeof value === 'object' ? value['#text'] : value;
  if (typeof text !== 'string') throw new Error(`${name} has an unexpected element`);
  return text;
}
