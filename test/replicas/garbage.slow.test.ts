import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deletionSettings } from '../../src/access/policy/deletion.ts';
import { createRunner, openRedis } from '../../src/replicas/redis-connection.ts';
import { type FakeReply, politely, push, startFakeRedis } from '../support/fake-redis.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { at, clusterId, makeCluster, makeSnapshot, snapshotId } from '../support/worlds.ts';

const names = ['a', 'b', 'c'];

/** Errors that end a process. */
const fatal: unknown[] = [];
const remember = (error: unknown) => void fatal.push(error);
beforeAll(() => {
  process.on('uncaughtExceptionMonitor', remember);
  process.on('unhandledRejection', remember);
});
afterAll(() => {
  process.off('uncaughtExceptionMonitor', remember);
  process.off('unhandledRejection', remember);
});

async function withRedis(reply: (command: readonly string[]) => FakeReply, check: (gateway: Gateway) => Promise<void>) {
  const redis = await startFakeRedis(reply);
  const gateway = await startGateway({
    aws: { cache: { ageSeconds: 60 } },
    redis: redis.url,
    policy: { deletion: deletionSettings.parse([{ keepLast: true, perHour: 3 }]) },
  });
  await gateway.load({
    clusters: [makeCluster('REDSHIFT')],
    snapshots: names.map((name) => makeSnapshot('REDSHIFT', name)),
  });
  await check(gateway);
  await gateway.close();
  await redis.close();
  expect(fatal).toEqual([]);
  return redis.commands.map(([name = '']) => name);
}

let questions = 0;

/** Counts the snapshots with a query whose response is not in the memory of the gateway. */
const countOf = async (gateway: Gateway) => {
  questions += 1;
  const { data, errors } = await gateway.query(
    'query ($after: DateTime!) { snapshots(filter: { services: [REDSHIFT], createdAfter: $after }) { nodes { id } } }',
    { after: at(-questions) },
  );
  expect(errors).toBeUndefined();
  return data.snapshots.nodes.length;
};

/** Makes a change whose outcome is kept, and a guarded one; returns their codes. */
async function change(gateway: Gateway) {
  const input = { clusterId: clusterId('REDSHIFT'), identifier: 'keyed', idempotencyKey: 'a key' };
  const { data } = await gateway.query(
    `mutation ($input: CreateSnapshotInput!, $id: ID!) {
      create: createSnapshot(input: $input) { __typename ... on Error { code } }
      delete: deleteSnapshot(input: { snapshotId: $id }) { __typename ... on Error { code } }
    }`,
    { input, id: snapshotId('REDSHIFT', 'a') },
  );
  return { create: data.create.code ?? 'DONE', delete: data.delete.code ?? 'DONE' };
}

const replies = {
  'a number': ':5\r\n',
  'a number that a lock expects': ':1\r\n',
  null: '_\r\n',
  'a null string': '$-1\r\n',
  'a null array': '*-1\r\n',
  'an empty array': '*0\r\n',
  'an empty text': '$0\r\n\r\n',
  'a text': '$3\r\nabc\r\n',
  'a status': '+QUEUED\r\n',
  'an error': '-ERR unknown\r\n',
  'an error of another type': '-WRONGTYPE Operation against a key holding the wrong kind of value\r\n',
  'a loading server': '-LOADING Redis is loading the dataset in memory\r\n',
  'a long error': '!5\r\nERROR\r\n',
  'a boolean': '#t\r\n',
  'a double': ',1.5\r\n',
  'not a number': ',nan\r\n',
  'a big number': '(3492890328409238509324850943850943825024385\r\n',
  'a map': '%1\r\n+a\r\n*1\r\n:1\r\n',
  'a set': '~2\r\n+a\r\n_\r\n',
  'nested arrays': '*2\r\n*2\r\n*1\r\n_\r\n:5\r\n*0\r\n',
  'deeply nested arrays': '*1\r\n'.repeat(20_000),
  'an array of absurd length': '*99999999999\r\n',
  'a text of absurd length': '$99999999999\r\nabc',
  'a text that does not end': '$100\r\nabc',
  'an array that does not end': '*3\r\n:1\r\n',
  'a negative length': '*-5\r\n',
  'two replies': ':1\r\n+OK\r\n',
  'three nulls': '_\r\n_\r\n_\r\n',
  'an empty push': '>0\r\n',
  'a push of null': '>1\r\n_\r\n',
  'a message without a channel': '>2\r\n+message\r\n_\r\n',
  'a subscription without a channel': '>3\r\n+subscribe\r\n_\r\n_\r\n',
  'an unsolicited message': `${push('message', 'snapgate:2:changes', '[]')}:5\r\n`,
  'the end of a subscription': push('unsubscribe', 'snapgate:2:changes', 0),
  'a page of a web server': 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n<html>',
  'bytes without meaning': '\0\xff\xfe\r\n\r\n\x16\x03\x01',
  'nothing, and closes': null,
} satisfies Record<string, FakeReply>;

describe.concurrent.each(Object.entries(replies))('a server that replies with %s', (_name, reply) => {
  it('to every command changes no result of a query, and starts no change that needs Redis', async () => {
    const commands = await withRedis(
      () => reply,
      async (gateway) => {
        expect(await countOf(gateway)).toBe(3);
        expect(await change(gateway)).toEqual({ create: 'UPSTREAM', delete: 'UPSTREAM' });
        expect(await countOf(gateway)).toBe(3);
      },
    );
    expect(commands).toContain('hello');
  });

  it.concurrent(
    'after the connection was opened changes no result of a query, and starts no change that needs Redis',
    // In concurrent tests, only the `expect` of the test knows to which of them it belongs.
    async ({ expect: expectOwn }) => {
      const seen: string[] = [];
      const commands = await withRedis(
        (command) => {
          seen.push(command[0] ?? '');
          return politely(command) ?? reply;
        },
        async (gateway) => {
          await expectOwn
            .poll(async () => (await countOf(gateway)) === 3 && seen.includes('subscribe'), { interval: 10 })
            .toBe(true);
          expect(await change(gateway)).toEqual({ create: 'UPSTREAM', delete: 'UPSTREAM' });
          expect(await countOf(gateway)).toBe(3);
        },
      );
      expect(commands).toEqual(expect.arrayContaining(['subscribe', 'set']));
    },
  );
});

it('a server that never replies delays no query, and refuses changes that need Redis', async () => {
  for (const reply of [() => undefined, politely]) {
    // oxlint-disable-next-line no-await-in-loop -- each with its own server
    await withRedis(reply, async (gateway) => {
      expect(await countOf(gateway)).toBe(3);
      expect(await change(gateway)).toEqual({ create: 'UPSTREAM', delete: 'UPSTREAM' });
    });
  }
});

it('messages that no replica sends are ignored', async () => {
  const messages = [
    '{"a":1}',
    '[',
    '',
    'null',
    '[]',
    '[1,2]',
    '["123456789012/us-east-1/REDSHIFT"]',
    '["123456789012/us-east-1/REDSHIFT",null]',
    '["123456789012/us-east-1/REDSHIFT","soon"]',
    '["123456789012/us-east-1/REDSHIFT",1e999]',
    '["123456789012/us-east-1/REDSHIFT",1,2]',
    '["another source",1]',
    '["__proto__",1]',
  ];
  const sent = messages.map((each) => push('message', 'snapgate:2:changes', each)).join('');
  const others = push('message', 'another channel', '["123456789012/us-east-1/REDSHIFT",1]');
  const seen: string[] = [];
  const reply = (command: readonly string[]) => {
    seen.push(command[0] ?? '');
    if (command[0] === 'subscribe') return `${politely(command)}${sent}${others}`;
    return politely(command) ?? (command[0] === 'getrange' ? '$0\r\n\r\n' : '+OK\r\n');
  };
  await withRedis(reply, async (gateway) => {
    await expect
      .poll(async () => (await countOf(gateway)) === 3 && seen.includes('getrange'), { interval: 10 })
      .toBe(true);
    await gateway.query('{ snapshots(filter: { services: [REDSHIFT] }) { nodes { id } } }');
    const { extensions } = await gateway.query('{ snapshots(filter: { services: [REDSHIFT] }) { nodes { id } } }');
    expect(extensions.aws).toEqual({ calls: 0, coalesced: 0, cached: 1 });
  });
});

it('a message of 100 megabytes is not read', async () => {
  let written = 0;
  const seen: string[] = [];
  const reply = (command: readonly string[]) => {
    seen.push(command[0] ?? '');
    if (command[0] !== 'subscribe') return politely(command) ?? '+OK\r\n';
    written += 1;
    return `${politely(command)}>3\r\n$7\r\nmessage\r\n$18\r\nsnapgate:2:changes\r\n$104857600\r\n${'x'.repeat(1_000_000)}`;
  };
  await withRedis(reply, async (gateway) => {
    // The connection is closed, so that the gateway opens another one.
    await expect.poll(async () => (await countOf(gateway)) === 3 && written, { timeout: 20_000 }).toBeGreaterThan(1);
  });
});

it('a hash with a million fields is not read, and the deletion that needs it is refused', async () => {
  const replies: Record<string, string> = { set: '+OK\r\n', hlen: ':1000000\r\n' };
  const commands = await withRedis(
    (command) => politely(command) ?? replies[command[0] ?? ''] ?? ':1\r\n',
    async (gateway) => {
      expect((await change(gateway)).delete).toBe('UPSTREAM');
    },
  );
  expect(commands).toContain('hlen');
  expect(commands).not.toContain('hgetall');
});

it('a reply of 64 megabytes is not read', async () => {
  const long = `%1\r\n$1\r\na\r\n$64000000\r\n${'x'.repeat(64_000_000)}\r\n`;
  const fake = await startFakeRedis((command) => politely(command) ?? long);
  const redis = await openRedis(fake.url, 60_000);
  await expect(createRunner(redis)((client) => client.hgetall('a'))).rejects.toThrow('closed');
  expect(redis.stream.bytesRead).toBeLessThan(32 * 1024 * 1024);
  await fake.close();
});

it('replies are read that only together are too long', async () => {
  const fake = await startFakeRedis((command) => politely(command) ?? `$6000000\r\n${'x'.repeat(6_000_000)}\r\n`);
  const redis = await openRedis(fake.url, 60_000);
  const run = createRunner(redis);
  const replies = await Promise.all(Array.from({ length: 3 }, () => run((client) => client.get('a'))));
  expect(replies.map((each) => each?.length)).toEqual(replies.map(() => 6_000_000));
  redis.stream.destroy();
  await fake.close();
});
