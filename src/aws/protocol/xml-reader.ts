import { isAscii } from 'node:buffer';
import type { NormalizedSchema } from '@smithy/core/schema';
import { toUtf8 } from '@smithy/core/serde';
import { createTextMemory, type Cursor, isAt, isSame, type Tag, tagAfter, tagOf } from './xml-bytes.ts';
import { requireReferences, unreadable } from './xml-text.ts';
import { valueReader } from './xml-values.ts';

/** How to read the content of an element: `read` starts after the opening tag and ends after the closing tag. */
interface Content {
  readonly read: (xml: Cursor, element: Element) => unknown;
  readonly empty: (xml: Cursor) => unknown;
}

interface Element {
  /** The opening tag; undefined if it is too short to be compared as a whole. */
  readonly opening: Tag | undefined;
  readonly closing: Tag;
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
/** The number of bytes that a prologue can have. */
const longestPrologue = 1024;
const nameCharacter = /[\w.:-]/;
const isOfName = Array.from({ length: 256 }, (_, code) => code < 128 && nameCharacter.test(String.fromCharCode(code)));
const ampersand = 38;
const slash = 47;
const lessThan = 60;
const greaterThan = 62;
const space = 32;
const lineFeed = 10;
const carriageReturn = 13;
const tab = 9;

const structures = new Map<unknown, Content>();
const unknown: Content = { read: skip, empty: () => undefined };

/**
 * Parses a complete response, whose bytes are UTF-8, by reading each byte once, with readers compiled once per output shape,
 * into the same value as the SDK's deserializer, except that empty strings and values that cannot be read are missing;
 * undefined for an operation without output. Adds the names of members that cannot be read, such as `Snapshot.Port`, to
 * `flaws`. Throws on anything except elements and text where they are expected; `readTree` decides whether such a
 * document is a valid response. No string of the result keeps the bytes in memory.
 */
export function readPlain(
  operation: string,
  output: NormalizedSchema,
  bytes: Buffer,
  flaws = new Set<string>(),
): unknown {
  const [opening = '', root] = prologue.exec(bytes.toString('latin1', 0, longestPrologue)) ?? [];
  if (root !== `${operation}Response`) throw notPlain();
  const xml = { ...cursorOf(bytes, flaws), at: opening.length };
  const result = output.isStructSchema() ? elementOf(`${operation}Result`, contentOf(output)) : undefined;
  const values: unknown[] = [];
  while (reachesTag(xml)) {
    if (result?.opening && isAt(xml, xml.at, result.opening)) values.push(readOpened(xml, result, result.opening));
    else values.push(...readOther(xml, result, `${operation}Result`));
  }
  close(xml, closingTag(root));
  const isOver = bytes.toString('latin1', xml.at).trim() === '';
  if (values.length !== (result === undefined ? 0 : 1) || !isOver) throw notPlain();
  return values[0];
}

function cursorOf(bytes: Buffer, unreadableMembers: Set<string>): Omit<Cursor, 'at'> & { isUnreadable: boolean } {
  const isPlainAscii = isAscii(bytes);
  const hasReferences = bytes.includes(ampersand);
  if (bytes.includes(carriageReturn) || (!isPlainAscii && bytes.includes('\uFFFF'))) throw notPlain();
  if (hasReferences) requireReferences(toUtf8(bytes));
  return {
    bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
    isAscii: isPlainAscii,
    hasReferences,
    texts: createTextMemory(bytes.length),
    unreadable: unreadableMembers,
    isUnreadable: false,
  };
}

/** Reads an element next to the result, or a result without content. */
function readOther(xml: Cursor, result: Element | undefined, resultName: string): unknown[] {
  const name = nameAt(xml);
  if (name === resultName && result) return [readUnopened(xml, result, name.length)];
  readUnopened(xml, elementOf(name, unknown), name.length);
  return [];
}

function elementOf(name: string, content: Content): Element {
  return { opening: tagOf(`<${name}>`), closing: closingTag(name), content };
}

function closingTag(name: string): Tag {
  const tag = tagOf(`</${name}>`);
  if (tag === undefined) throw notPlain();
  return tag;
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
  const start: Field = elementOf('none', unknown);
  let fields: Map<string, Field> | undefined;

  function read(xml: Cursor, { closing }: Element): unknown {
    // Deferred, because a shape can contain itself.
    fields ??= fieldsOf(schema);
    const structure: Record<string, unknown> = {};
    let isWhole = true;
    let last = start;
    while (reachesTag(xml)) {
      const predicted = predict(xml, last);
      const field = predicted ?? findField(fields, xml);
      const value =
        predicted?.opening === undefined
          ? readUnopened(xml, field, nameLength(xml))
          : readOpened(xml, predicted, predicted.opening);
      if (predicted === undefined) last.next = field;
      last = field;
      if (field.key === undefined) continue;
      if (Object.hasOwn(structure, field.key)) throw notPlain();
      structure[field.key] = value;
      isWhole &&= value !== undefined;
      if (xml.isUnreadable && field.member !== undefined) xml.unreadable.add(field.member);
      xml.isUnreadable = false;
    }
    close(xml, closing);
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
      return [name, { ...elementOf(name, contentOf(member)), key, member: `${schema.getName()}.${name}` }];
    }),
  );
}

/** Returns the field whose opening tag is next, if it is the one that followed last time, or the one after that. */
function predict(xml: Cursor, last: Field): Field | undefined {
  const { next } = last;
  if (next?.opening === undefined) return undefined;
  if (isAt(xml, xml.at, next.opening)) return next;
  const after = next.next;
  return after?.opening !== undefined && isAt(xml, xml.at, after.opening) ? after : undefined;
}

function findField(fields: Map<string, Field>, xml: Cursor): Field {
  const name = nameAt(xml);
  return fields.get(name) ?? elementOf(name, unknown);
}

function listContent(items: NormalizedSchema): Content {
  const name = items.getMergedTraits().xmlName ?? 'member';
  const item = elementOf(name, contentOf(items));
  const { opening } = item;

  function read(xml: Cursor, { closing }: Element): unknown[] {
    const list = [];
    while (reachesTag(xml)) {
      const isOpened = opening !== undefined && isAt(xml, xml.at, opening);
      if (!isOpened && nameAt(xml) !== name) throw notPlain();
      const value = isOpened ? readOpened(xml, item, opening) : readUnopened(xml, item, name.length);
      if (value !== undefined) list.push(value);
    }
    close(xml, closing);
    return list;
  }

  return { read, empty: () => [] };
}

function textContent(schema: NormalizedSchema): Content {
  const valueOf = valueReader(schema) ?? refuse;

  function toValue(xml: Cursor, start: number, end: number): unknown {
    const value = valueOf(xml, start, end);
    if (value !== unreadable) return value;
    xml.isUnreadable = true;
    return undefined;
  }

  function read(xml: Cursor, { closing }: Element): unknown {
    const start = xml.at;
    const end = tagAfter(xml);
    xml.at = end;
    close(xml, closing);
    return toValue(xml, start, end);
  }

  return { read, empty: (xml) => toValue(xml, xml.at, xml.at) };
}

/** Reads an element whose opening tag is next. */
function readOpened(xml: Cursor, element: Element, opening: Tag): unknown {
  xml.at += opening.length;
  return element.content.read(xml, element);
}

/** Reads an element whose name is next; its tag can also be the whole element. */
function readUnopened(xml: Cursor, element: Element, length: number): unknown {
  const end = xml.at + length + 1;
  if (xml.bytes[end] === greaterThan) {
    xml.at = end + 1;
    return element.content.read(xml, element);
  }
  xml.at = end + 2;
  return element.content.empty(xml);
}

/** Skips the content of an element that the schema does not have. */
function skip(xml: Cursor, { closing }: Element): void {
  skipTo(xml, xml.at - (closing.length - 2), closing.length - 3);
}

/** Skips the rest of an element, up to the end of its closing tag; its name starts at `name`. */
function skipTo(xml: Cursor, name: number, length: number): void {
  for (;;) {
    const tag = tagAfter(xml);
    xml.at = tag;
    // At the end of the document, there is no name either.
    if (xml.bytes[tag + 1] === slash) break;
    const inner = nameLength(xml);
    const end = tag + inner + 1;
    xml.at = end + (xml.bytes[end] === slash ? 2 : 1);
    if (xml.bytes[end] !== slash) skipTo(xml, tag + 1, inner);
  }
  const end = xml.at + length + 2;
  if (xml.bytes[end] !== greaterThan || !isSame(xml, xml.at + 2, name, length)) throw notPlain();
  xml.at = end + 1;
}

/** Whether the next tag is an opening tag. Throws if anything except white space precedes the tag. */
function reachesTag(xml: Cursor): boolean {
  const { bytes } = xml;
  let { at } = xml;
  let byte = bytes[at];
  while (byte === space || byte === lineFeed || byte === tab) byte = bytes[(at += 1)];
  if (byte !== lessThan) throw notPlain();
  xml.at = at;
  return bytes[at + 1] !== slash;
}

/** Returns the length of the name in the opening tag that is next. Throws unless the tag is plain. */
function nameLength({ bytes, at }: Cursor): number {
  let end = at + 1;
  while (isOfName[bytes[end] ?? 0]) end += 1;
  const isPlainTag = bytes[end] === greaterThan || (bytes[end] === slash && bytes[end + 1] === greaterThan);
  if (!isPlainTag || end === at + 1) throw notPlain();
  return end - at - 1;
}

function nameAt(xml: Cursor): string {
  return xml.bytes.toString('latin1', xml.at + 1, xml.at + 1 + nameLength(xml));
}

function close(xml: Cursor, closing: Tag): void {
  if (!isAt(xml, xml.at, closing)) throw notPlain();
  xml.at += closing.length;
}

function refuse(): never {
  throw notPlain();
}

function notPlain(): Error {
  return new Error('the response is not plain XML');
}
