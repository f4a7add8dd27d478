import * as docdb from '@aws-sdk/client-docdb';
import * as redshift from '@aws-sdk/client-redshift';
import { XmlShapeDeserializer } from '@aws-sdk/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import type { $Schema } from '@smithy/types';
import fc, { type Arbitrary } from 'fast-check';

export interface Operation {
  readonly name: string;
  readonly output: NormalizedSchema;
}

/** Every operation of both SDK clients, with its output schema. */
export const operations: readonly Operation[] = [...Object.values(redshift), ...Object.values(docdb)]
  .filter((value) => Array.isArray(value) && value[0] === 9)
  .map((schema) => ({ name: schema[2], output: NormalizedSchema.of(schema[5]) }));

/** The SDK's own deserializer, configured as in its protocol. */
export const sdk = new XmlShapeDeserializer({
  xmlNamespace: '',
  serviceNamespace: '',
  httpBindings: false,
  timestampFormat: { useTrait: true, default: 5 },
});

/** Returns the value that the SDK's own deserializer reads from a response, without its empty strings. */
export function readBySdk({ name, output }: Operation, xml: string): unknown {
  return withoutEmpty(
    output,
    sdk.read(output, Buffer.from(xml), output.isStructSchema() ? `${name}Result` : undefined),
  );
}

/** Removes empty strings from structures and lists, but not from maps and unions, which only the SDK reads. */
function withoutEmpty(schema: NormalizedSchema, value: any): unknown {
  if (schema.isListSchema() && Array.isArray(value)) {
    return value.map((item) => withoutEmpty(schema.getValueSchema(), item)).filter((item) => item !== undefined);
  }
  if (value === '') return undefined;
  if (value === undefined || !schema.isStructSchema() || schema.isUnionSchema()) return value;
  const members = Array.from(schema.structIterator(), ([key, member]) => [key, withoutEmpty(member, value[key])]);
  return Object.fromEntries(members.filter(([, member]) => member !== undefined));
}

/** The XML features of generated responses. */
interface Writing {
  /** The texts inside an element. */
  readonly text: Arbitrary<string>;
  /** The text between two elements. */
  readonly gap: Arbitrary<string>;
  /** Elements that are not in the schema. */
  readonly unknown: Arbitrary<string>;
  /** Whether maps and unions occur, which only the SDK can read. */
  readonly hasOtherTypes: boolean;
}

const layout = fc.constantFrom('', '\n', '\n    ', '\n\t');
const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#x27;' };
const escaped = fc
  .string({ unit: 'grapheme' })
  .map((text) => text.replace(/[&<>"']/g, (sign) => escapes[sign] ?? sign));

/** Only elements and text, as in the responses of AWS. */
export const plain: Writing = {
  text: fc.oneof(escaped, fc.constantFrom('', ' ', '\n  ', 'rs:nightly-2026-11-20-03-00-41', '&#233;t&#xe9;')),
  gap: layout,
  unknown: fc.constantFrom('<Newer><Inner>1</Inner><Inner/></Newer>', '<Newer/>', '<Newer>text &lt; 1</Newer>'),
  hasOtherTypes: false,
};

/** Also comments, CDATA, processing instructions and carriage returns, which any XML can contain. */
export const ornate: Writing = {
  text: fc
    .array(fc.oneof(escaped, fc.constantFrom('<![CDATA[<&]]>', '<!-- & -->', '\r\n', '<?pi?>')))
    .map((parts) => parts.join('')),
  gap: fc.oneof(layout, fc.constantFrom('<!-- <a> & -->', '\r\n', '<?pi a="b"?>')),
  unknown: fc.constantFrom('<Newer><Inner a="b">1</Inner>mixed</Newer>', '<Newer a="b"/>'),
  hasOtherTypes: true,
};

/** Returns a response with `count` snapshots, each with all members, in the layout of AWS. */
export function snapshotPage(count: number): string {
  return recordPage('DescribeClusterSnapshots', 'Snapshots', redshift.Snapshot$, count);
}

/** Full responses of the operations that list records: the operation, and a function that writes a number of records. */
export const fullPages: readonly (readonly [name: string, page: (count: number) => string])[] = [
  ['DescribeClusterSnapshots', snapshotPage],
  ['DescribeClusters', (count) => recordPage('DescribeClusters', 'Clusters', redshift.Cluster$, count)],
  [
    'DescribeDBClusterSnapshots',
    (count) => recordPage('DescribeDBClusterSnapshots', 'DBClusterSnapshots', docdb.DBClusterSnapshot$, count),
  ],
];

function recordPage(name: string, list: string, record: $Schema, count: number): string {
  const schema = NormalizedSchema.of(record);
  const records = Array.from({ length: count }, (_, index) => xmlOf(list.slice(0, -1), schema, index));
  return `<${name}Response xmlns="http://redshift.amazonaws.com/doc/2012-12-01/">
  <${name}Result>
    <Marker>next</Marker>
    <${list}>${records.join('')}
    </${list}>
  </${name}Result>
  <ResponseMetadata>
    <RequestId>9e5c1d5f-0ae1-4a0e-8f6c-3c6c0d0b7a51</RequestId>
  </ResponseMetadata>
</${name}Response>
`;
}

/** Generates complete responses of an operation, with missing, repeated, reordered and unknown members. */
export function answers({ name, output }: Operation, writing: Writing): Arbitrary<string> {
  const result = output.isStructSchema() ? element(`${name}Result`, output, writing) : fc.constant('');
  const metadata = '<ResponseMetadata><RequestId>9e5c</RequestId></ResponseMetadata>';
  return fc
    .tuple(fc.constantFrom('', '<?xml version="1.0" encoding="UTF-8"?>\n'), result, writing.gap)
    .map(([declaration, inner, gap]) =>
      [`${declaration}<${name}Response xmlns="http://example.com/doc/">`, inner, metadata, `</${name}Response>\n`].join(
        gap,
      ),
    );
}

function element(name: string, schema: NormalizedSchema, writing: Writing): Arbitrary<string> {
  const full = content(schema, writing).map((inner) => `<${name}>${inner}</${name}>`);
  const canBeEmpty =
    schema.isStructSchema() || schema.isListSchema() || schema.isMapSchema() || schema.isStringSchema();
  return canBeEmpty ? fc.oneof({ weight: 6, arbitrary: full }, fc.constant(`<${name}/>`)) : full;
}

function content(schema: NormalizedSchema, writing: Writing): Arbitrary<string> {
  if (schema.isStructSchema()) return structure(schema, writing);
  if (schema.isListSchema()) {
    const items = schema.getValueSchema();
    const item = element(items.getMergedTraits().xmlName ?? 'member', items, writing);
    return joined(fc.array(item, { maxLength: 3 }), writing);
  }
  if (schema.isMapSchema()) return fc.constant('<entry><key>a</key><value>b</value></entry>');
  if (schema.isNumericSchema())
    return fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })).map(String);
  if (schema.isBooleanSchema()) return fc.constantFrom('true', 'false', 'True');
  if (schema.isTimestampSchema()) return timestamp;
  return writing.text;
}

const timestamp = fc.oneof(
  fc
    .date({ noInvalidDate: true, min: new Date('0001-01-01'), max: new Date('9999-12-31') })
    .map((date) => date.toISOString()),
  fc.constantFrom(
    '2026-11-20T03:00:41Z',
    '2026-02-28T23:59:60Z',
    '2026-11-20T03:00:41.5+01:00',
    '2024-02-29t00:00:00.123456z',
  ),
);

function structure(schema: NormalizedSchema, writing: Writing): Arbitrary<string> {
  const known = Array.from(schema.structIterator())
    .filter(([, member]) => writing.hasOtherTypes || !hasOtherType(member))
    .map(([key, member]) => element(member.getMemberTraits().xmlName ?? key, member, writing));
  // The SDK returns an unknown member of a union as its XML parser returned it.
  const members = schema.isUnionSchema() ? known : [...known, writing.unknown];
  return fc.shuffledSubarray(members).chain((chosen) => joined(fc.tuple(...chosen), writing));
}

function hasOtherType(schema: NormalizedSchema): boolean {
  if (schema.isListSchema()) return hasOtherType(schema.getValueSchema());
  return schema.isMapSchema() || schema.isUnionSchema();
}

function joined(parts: Arbitrary<string[]>, { gap }: Writing): Arbitrary<string> {
  return fc
    .tuple(parts, gap)
    .map(([elements, between]) => ['', ...elements, ''].join(elements.length === 0 ? '' : between));
}

function xmlOf(name: string, schema: NormalizedSchema, index: number): string {
  return `\n      <${name}>${xmlInside(schema, index)}</${name}>`;
}

function xmlInside(schema: NormalizedSchema, index: number): string {
  if (schema.isStructSchema()) {
    const members = Array.from(schema.structIterator()).filter(([, member]) => !hasOtherType(member));
    return (
      members.map(([key, member]) => xmlOf(member.getMemberTraits().xmlName ?? key, member, index)).join('') +
      '\n      '
    );
  }
  if (schema.isListSchema()) {
    const items = schema.getValueSchema();
    return xmlOf(items.getMergedTraits().xmlName ?? 'member', items, index).repeat(2) + '\n      ';
  }
  if (schema.isNumericSchema()) return String(5439 + index);
  if (schema.isBooleanSchema()) return String(index % 2 === 0);
  if (schema.isTimestampSchema()) return new Date(1.79e12 + index).toISOString();
  return `rs:analytics-${index}-2026-11-20`;
}
