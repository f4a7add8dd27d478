import compress from '@fastify/compress';
import Fastify from 'fastify';
import mercurius from 'mercurius';
import { reportPort } from './listen.ts';
import { createMemorySchema } from './memory-schema.ts';

const app = Fastify();
if (process.argv.includes('gzip')) await app.register(compress, { encodings: ['gzip'] });
// A query is compiled after it was sent once.
await app.register(mercurius, { schema: createMemorySchema(), jit: process.argv.includes('jit') ? 1 : 0 });
await app.listen({ host: '127.0.0.1', port: 0 });
reportPort(app.server);
