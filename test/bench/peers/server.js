import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import compress from '@fastify/compress';
import SchemaBuilder from '@pothos/core';
import fastify from 'fastify';
import {
  buildSchema,
  getNullableType,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
} from 'graphql';
import { createYoga } from 'graphql-yoga';
import mercurius from 'mercurius';

/**
 * One peer: `node server.js <variant> <file with the data of each shape>`. Prints the port when it listens. The schema is
 * that of snapgate; its resolvers return data from memory, with neither AWS nor cursors nor limits.
 */
const [variant, file] = process.argv.slice(2);
const shapes = JSON.parse(readFileSync(file, 'utf8'));
const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const text = readFileSync(join(root, 'schema.graphql'), 'utf8');

const resolvers = {
  node: () => shapes.a.node,
  snapshots: (_root, { first }) => (first === 20 ? shapes.b : shapes.c).snapshots,
};

/** The schema with a resolver for each field of an object, as Pothos's `expose` creates them. */
function inMemory() {
  const schema = buildSchema(text);
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type)) type.resolveType = ({ __typename }) => __typename;
  }
  for (const [name, resolve] of Object.entries(resolvers)) schema.getQueryType().getFields()[name].resolve = resolve;
  return schema;
}

/** The same types and fields, created with Pothos. */
function withPothos() {
  const source = buildSchema(text);
  const builder = new SchemaBuilder({});
  const types = Object.values(source.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  for (const type of types)
    if (isScalarType(type) && !isSpecifiedScalarType(type))
      builder.scalarType(type.name, { serialize: (value) => value });
  for (const type of types)
    if (type.getValues) builder.enumType(type.name, { values: type.getValues().map(({ name }) => name) });
  const refs = new Map();
  for (const type of types) {
    if (isObjectType(type) && !source.getRootType('mutation')?.name.includes(type.name))
      refs.set(type.name, builder.objectRef(type.name));
    if (isAbstractType(type) && type.getFields) refs.set(type.name, builder.interfaceRef(type.name));
  }
  const refOf = (type) => {
    const inner = getNullableType(type);
    if (isListType(inner)) return [refOf(inner.ofType)];
    return refs.get(inner.name) ?? inner.name;
  };
  const isKnown = (type) =>
    type.ofType ? isKnown(type.ofType) : refs.has(type.name) || isScalarType(type) || type.getValues !== undefined;
  const fieldsOf = (type) => (t) =>
    Object.fromEntries(
      Object.values(type.getFields())
        .filter((field) => isKnown(field.type))
        .map((field) => [
          field.name,
          t.field({
            type: refOf(field.type),
            nullable: !isNonNullType(field.type),
            resolve: (parent) => parent[field.name],
          }),
        ]),
    );
  for (const [name, ref] of refs) {
    const type = source.getType(name);
    if (['Query', 'Mutation', 'Subscription'].includes(name)) continue;
    const interfaces = type.getInterfaces().map((each) => refs.get(each.name));
    ref.implement({
      interfaces,
      fields: fieldsOf(type),
      ...(isAbstractType(type) && { resolveType: ({ __typename }) => __typename }),
    });
  }
  const filter = builder.inputType('SnapshotFilter', { fields: (t) => ({ services: t.field({ type: ['Service'] }) }) });
  builder.queryType({
    fields: (t) => ({
      node: t.field({
        type: refs.get('Node'),
        nullable: true,
        args: { id: t.arg.id({ required: true }) },
        resolve: resolvers.node,
      }),
      snapshots: t.field({
        type: refs.get('SnapshotConnection'),
        nullable: true,
        args: { first: t.arg.int(), filter: t.arg({ type: filter }) },
        resolve: resolvers.snapshots,
      }),
    }),
  });
  return builder.toSchema();
}

const ready = (port) => process.stdout.write(`${port}\n`);

async function startMercurius(jit, isCompressed) {
  const app = fastify();
  if (isCompressed) await app.register(compress, { global: true, encodings: ['gzip'] });
  await app.register(mercurius, { schema: inMemory(), jit });
  ready(Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port));
}

/** Sends ready bytes: what HTTP itself costs. */
function startBare() {
  const bodies = Object.fromEntries(
    Object.entries(shapes).map(([name, data]) => [name, Buffer.from(JSON.stringify({ data }))]),
  );
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = bodies[/"operationName":"(.)"/.exec(Buffer.concat(chunks).toString())?.[1].toLowerCase()];
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
    });
  });
  server.listen(0, '127.0.0.1', () => ready(server.address().port));
}

const starts = {
  bare: startBare,
  mercurius: () => startMercurius(0, false),
  'mercurius-jit': () => startMercurius(1, false),
  'mercurius-jit-gzip': () => startMercurius(1, true),
  'yoga-pothos': () => {
    const yoga = createYoga({ schema: withPothos(), logging: false });
    const server = createServer((request, response) => void yoga(request, response));
    server.listen(0, '127.0.0.1', () => ready(server.address().port));
  },
  apollo: async () => {
    const { url } = await startStandaloneServer(new ApolloServer({ schema: inMemory(), csrfPrevention: true }), {
      listen: { port: 0, host: '127.0.0.1' },
    });
    ready(Number(new URL(url).port));
  },
};
await starts[variant]();
