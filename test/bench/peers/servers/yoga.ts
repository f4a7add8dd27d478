import { createServer } from 'node:http';
import { createYoga } from 'graphql-yoga';
import { reportPort } from './listen.ts';
import { createPothosSchema } from './pothos-schema.ts';

const yoga = createYoga({ schema: createPothosSchema() });
const server = createServer((request, response) => void yoga(request, response));
server.listen(0, '127.0.0.1', () => reportPort(server));
