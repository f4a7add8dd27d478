import type { NormalizedSchema } from '@smithy/core/schema';
import { decodeReferences, requireReferences, textReader, unreadable } from './xml-text.ts';

/** The text of one document, and the position of the parser. */
interface Cursor {
  readonly text: string;
  readonly hasReferences: boolean;
  /** The members with a value that cannot be read, such as `Snapshot.Port`. */
  readonly unreadable: Set<string>;
  /** Whether such a value was read since the last member of a structure. */
  isUnreadable: boolean;
  at: number;
}

/** How to read the content of an element: `read` starts after the opening tag and ends after the closing tag. */
interface Content {
  readonly read: (xml: Cursor, name: string) => unknown;
  readonly empty: (xml: Cursor) => unknown;
}

interface Element {
  readonly name: string;
  readonly content: Content;
}

/** An element of a structure; without `key`, the schema does not have the element. */
interface Field extends Element {
  readonly key?: string;
  /** The name of the member with its structure, such as `Snapshot.Port`. */
  readonly member?: string;
  /** The field that followed last time. AWS keeps the order of fields, so this field is tried before a search. */
  next?: Field;
}

const prologue = /^\s*(?:<\?xml[^?>]*\?>\s*)?<(\w+)(?:\s+xmlns="[^"<&]*")?\s*>/;
const plainTag = /<([\w.:-]+)\/?>/y;
const lessThan = 60;
const greaterThan = 62;
const slash = 47;
const space = 32;
const lineFeed = 10;
const tab = 9;

const structures = new Map<unknown, Content>();
const unknown: Content = { read: skip, empty: () => undefined };

/**
 * Parses a complete response in one pass, with readers compiled once per output shape, into the same value as the SDK's
 * deserializer, except that empty strings and values that cannot be read are missing; undefined for an operation
 * without output. Adds the names of members that cannot be read, such as `Snapshot.Port`, to `flaws`. Throws on anything
 * except elements and text where they are expected; `readTree` decides whether such a document is a valid response. The
 * strings are slices of the text, so a string that is kept keeps the whole page in memory.
 */
export function readPlain(
  operation: string,
  output: NormalizedSchema,
  text: string,
  flaws = new Set<string>(),
): unknown {
  const [opening = '', root] = prologue.exec(text) ?? [];
  const hasReferences = text.includes('&');
  if (root !== `${operation}Response` || text.includes('\r') || text.includes('\uFFFF')) throw notPlain();
  if (hasReferences) requireReferences(text);

  const xml = { text, hasReferences, unreadable: flaws, isUnreadable: false, at: opening.length };
  const result = output.isStructSchema() ? { name: `${operation}Result`, content: contentOf(output) } : undefined;
  const values: unknown[] = [];
  while (reachesTag(xml)) {
    const name = nameOf(xml);
    if (name === result?.name) values.push(readElement(xml, result));
    else readElement(xml, { name, content: unknown });
  }
  close(xml, root);
  if (values.length !== (result === undefined ? 0 : 1) || text.slice(xml.at).trim() !== '') throw notPlain();
  return values[0];
}

function contentOf(schema: NormalizedSchema): Content {
  if (schema.isListSchema()) return listContent(schema.getValueSchema());
  if (!schema.isStructSchema() || schema.isUnionSchema()) return textContent(schema);
  const shape = schema.getSchema();
  const content = structures.get(shape) ?? structureContent(schema);
  structures.set(shape, content);
  return content;
}

function structureContent(schema: NormalizedSchema): Content {
  const start: Field = { name: '', content: unknown };
  let fields: Map<string, Field> | undefined;

  function read(xml: Cursor, name: string): unknown {
    // Deferred, because a shape can contain itself.
    fields ??= fieldsOf(schema);
    const structure: Record<string, unknown> = {};
    let isWhole = true;
    let last = start;
    while (reachesTag(xml)) {
      const { next } = last;
      const field = next !== undefined && opens(xml, next.name) ? next : findField(fields, xml);
      last.next = field;
      last = field;
      const value = readElement(xml, field);
      if (field.key === undefined) continue;
      if (Object.hasOwn(structure, field.key)) throw notPlain();
      structure[field.key] = value;
      isWhole &&= value !== undefined;
      if (xml.isUnreadable && field.member !== undefined) xml.unreadable.add(field.member);
      xml.isUnreadable = false;
    }
    close(xml, name);
    return isWhole ? structure : withoutMissing(structure);
  }

  return { read, empty: () => ({}) };
}

/** A missing member has no key, so that it does not hide a known value when records are merged. */
function withoutMissing(structure: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(structure).filter(([, value]) => value !== undefined));
}

function fieldsOf(schema: NormalizedSchema): Map<string, Field> {
  return new Map(
    Array.from(schema.structIterator(), ([key, member]) => {
      const name = member.getMemberTraits().xmlName ?? key;
      return [name, { name, key, member: `${schema.getName()}.${name}`, content: contentOf(member) }];
    }),
  );
}

function findField(fields: Map<string, Field>, xml: Cursor): Field {
  const name = nameOf(xml);
  return fields.get(name) ?? { name, content: unknown };
}

function listContent(items: NormalizedSchema): Content {
  const item = { name: items.getMergedTraits().xmlName ?? 'member', content: contentOf(items) };

  function read(xml: Cursor, name: string): unknown[] {
    const list = [];
    while (reachesTag(xml)) {
      if (!opens(xml, item.name)) throw notPlain();
      const value = readElement(xml, item);
      if (value !== undefined) list.push(value);
    }
    close(xml, name);
    return list;
  }

  return { read, empty: () => [] };
}

function textContent(schema: NormalizedSchema): Content {
  const valueOf = textReader(schema) ?? refuse;

  function toValue(xml: Cursor, text: string): unknown {
    const value = valueOf(text);
    if (value !== unreadable) return value;
    xml.isUnreadable = true;
    return undefined;
  }

  function read(xml: Cursor, name: string): unknown {
    const end = xml.text.indexOf('<', xml.at);
    if (end < 0) throw notPlain();
    const text = xml.text.slice(xml.at, end);
    xml.at = end;
    close(xml, name);
    // The SDK treats blank text with a line break as the layout of an empty element.
    if (text.includes('\n') && text.trim() === '') return toValue(xml, '');
    return toValue(xml, xml.hasReferences && text.includes('&') ? decodeReferences(text) : text);
  }

  return { read, empty: (xml) => toValue(xml, '') };
}

function readElement(xml: Cursor, { name, content }: Element): unknown {
  const end = xml.at + name.length + 1;
  if (xml.text.charCodeAt(end) === greaterThan) {
    xml.at = end + 1;
    return content.read(xml, name);
  }
  if (xml.text.charCodeAt(end + 1) !== greaterThan) throw notPlain();
  xml.at = end + 2;
  return content.empty(xml);
}

function skip(xml: Cursor, name: string): void {
  for (;;) {
    const tag = xml.text.indexOf('<', xml.at);
    if (tag < 0) throw notPlain();
    xml.at = tag;
    if (xml.text.charCodeAt(tag + 1) === slash) return close(xml, name);
    readElement(xml, { name: nameOf(xml), content: unknown });
  }
}

/** Whether the next tag is an opening tag. Throws if anything except white space precedes the tag. */
function reachesTag(xml: Cursor): boolean {
  let code = xml.text.charCodeAt(xml.at);
  while (code === space || code === lineFeed || code === tab) code = xml.text.charCodeAt((xml.at += 1));
  if (code !== lessThan) throw notPlain();
  return xml.text.charCodeAt(xml.at + 1) !== slash;
}

function opens(xml: Cursor, name: string): boolean {
  const behind = xml.text.charCodeAt(xml.at + name.length + 1);
  return (behind === greaterThan || behind === slash) && xml.text.startsWith(name, xml.at + 1);
}

function nameOf(xml: Cursor): string {
  plainTag.lastIndex = xml.at;
  const name = plainTag.exec(xml.text)?.[1];
  if (name === undefined) throw notPlain();
  return name;
}

function close(xml: Cursor, name: string): void {
  const end = xml.at + name.length + 2;
  const closes = xml.text.charCodeAt(xml.at + 1) === slash && xml.text.charCodeAt(end) === greaterThan;
  if (!closes || !xml.text.startsWith(name, xml.at + 2)) throw notPlain();
  xml.at = end + 1;
}

function refuse(): never {
  throw notPlain();
}

function notPlain(): Error {
  return new Error('the response is not plain XML');
}
