import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { createMemorySchema } from './memory-schema.ts';

const server = new ApolloServer({ schema: createMemorySchema() });
const { url } = await startStandaloneServer(server, { listen: { host: '127.0.0.1', port: 0 } });
process.send?.({ port: Number(new URL(url).port) });
