import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ASTNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLObjectType,
  type InputValueDefinitionNode,
  isInterfaceType,
  isObjectType,
  parse,
  printSchema,
  type TypeDefinitionNode,
  visit,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../src/schema.ts';

const printed = printSchema(schema);
const objects = Object.values(schema.getTypeMap()).filter(isObjectType);
const connections = objects.flatMap(({ name }) => /^(\w+)Connection$/.exec(name)?.[1] ?? []);
const connectionFields = objects.flatMap((type) =>
  Object.values(type.getFields())
    .filter((field) => /Connection!?$/.test(String(field.type)))
    .map((field) => ({ name: `${type.name}.${field.name}`, args: signatures(field.args) })),
);

describe('the schema', () => {
  it('matches schema.graphql, which `npm run schema:write` updates', () => {
    expect(readFileSync(join(import.meta.dirname, '../../schema.graphql'), 'utf8')).toBe(`${printed}\n`);
  });

  it('describes every type, field, argument and enum value with a sentence', () => {
    const silent: string[] = [];
    visit(parse(printed), {
      enter: (node, _key, _parent, _path, ancestors) => {
        if (isDefinition(node) && !node.description?.value.endsWith('.')) {
          silent.push([...ancestors, node].flatMap(nameOf).join('.'));
        }
      },
    });
    expect(silent).toEqual([]);
  });
});

describe('the input of every mutation', () => {
  const inputs = Object.values(schema.getMutationType()!.getFields()).map(({ name, args }) => ({
    name,
    fields: Object.values((schema.getType(namedIn(args[0]!.type)) as GraphQLInputObjectType).getFields()),
  }));

  const ofAccount = (fields: (typeof inputs)[number]['fields']) =>
    fields.find(({ name }) => name === 'account')?.description;

  /** The mutations that name nothing that exists: `account` and `region` are where they create something. */
  const creations = ['createSnapshotSchedule'];
  const changes = inputs.filter(({ name }) => !creations.includes(name));

  it.each(inputs)('of $name has idempotencyKey and dryRun', ({ fields }) => {
    expect(signatures(fields)).toMatchObject({ idempotencyKey: 'String', dryRun: 'Boolean' });
  });

  it.each(creations)('of %s requires account and region', (name) => {
    const { fields } = inputs.find((each) => each.name === name)!;
    expect(signatures(fields)).toMatchObject({ account: 'AccountId!', region: 'String!' });
  });

  it.each(changes)('of $name has an account', ({ fields }) => {
    expect(signatures(fields)).toMatchObject({ account: 'AccountId' });
    expect(ofAccount(fields)).toBe(ofAccount(inputs[0]!.fields));
  });

  it.each(changes)('of $name names snapshots, clusters and schedules by id or ARN', ({ fields }) => {
    const ids = fields.filter(({ type }) => namedIn(type) === 'ID');
    expect(ids.length).toBeGreaterThan(0);
    for (const { description } of ids) expect(description).toMatch(/^The Node IDs? or ARNs? of the /);
  });
});

describe('Relay', () => {
  it('has the Node interface with one id, and the fields node and nodes', () => {
    const node = schema.getType('Node');
    expect(isInterfaceType(node) && signaturesOf('Node')).toEqual({ id: 'ID!' });
    expect(signaturesOf('Query')).toMatchObject({ node: 'Node', nodes: '[Node]' });
  });

  it('has PageInfo as defined in the specification', () => {
    expect(signaturesOf('PageInfo')).toEqual({
      endCursor: 'String',
      hasNextPage: 'Boolean!',
      hasPreviousPage: 'Boolean!',
      startCursor: 'String',
    });
  });

  it.each(connections)('%sConnection has edges, nodes and pageInfo', (name) => {
    const row = name === 'RecoveryReport' ? 'RecoveryReportEntry' : name;
    expect(signaturesOf(`${name}Connection`)).toMatchObject({
      edges: `[${name}Edge!]!`,
      nodes: `[${row}!]!`,
      pageInfo: 'PageInfo!',
    });
    expect(signaturesOf(`${name}Edge`)).toEqual({ cursor: 'String!', node: `${row}!` });
  });

  it.each(connectionFields)('$name is paginated with first and after', ({ args }) => {
    expect(args).toMatchObject({ first: 'Int', after: 'String' });
    expect('last' in args).toBe('before' in args);
  });
});

type Definition = TypeDefinitionNode | FieldDefinitionNode | InputValueDefinitionNode | EnumValueDefinitionNode;

function isDefinition(node: ASTNode): node is Definition {
  return node.kind.endsWith('Definition') && 'name' in node;
}

function namedIn(type: GraphQLInputType): string {
  return String(type).replaceAll(/[[\]!]/g, '');
}

function nameOf(node: ASTNode | readonly ASTNode[]): readonly string[] {
  return 'kind' in node && isDefinition(node) ? [node.name.value] : [];
}

function signaturesOf(type: string): Record<string, string> {
  return signatures(Object.values((schema.getType(type) as GraphQLObjectType).getFields()));
}

function signatures(parts: readonly { readonly name: string; readonly type: unknown }[]): Record<string, string> {
  return Object.fromEntries(parts.map(({ name, type }) => [name, String(type)]));
}
