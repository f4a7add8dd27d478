import { expect, it } from 'vitest';
import { start } from '../support/cli.ts';
import { createSubscribe } from './generated/snapgate/connect.ts';

const query = `subscription ($id: ID!) { snapshotProgress(id: $id) { status } }`;
const request = (account: string) => ({
  query,
  variables: { id: `arn:aws:rds:us-east-1:${account}:cluster-snapshot:sessions-in-progress` },
});

it('a stream that ends because the gateway shuts down goes on when it is back', async () => {
  let dev = await start(['dev', '--port', '0', '--emulator-port', '0']);
  const url = dev.address('snapgate');
  let tokens = 0;
  const subscribe = createSubscribe({
    url,
    headers: () => ({ 'x-request-id': `stream-${(tokens += 1)}` }),
  });
  const events: unknown[] = [];
  let ended: unknown;
  const close = subscribe(request('123456789012'), {
    next: ({ data }) => events.push(data),
    error: (error) => (ended = error),
    complete: () => (ended = 'completed'),
  });
  const event = { snapshotProgress: { status: 'CREATING' } };
  await expect.poll(() => events[0]).toEqual(event);
  expect(tokens).toBe(1);
  await dev.stop();
  const before = events.length;
  dev = await start(['dev', '--port', new URL(url).port, '--emulator-port', '0']);
  await expect.poll(() => events.length).toBeGreaterThan(before);
  expect(events.at(-1)).toEqual(event);
  expect(ended).toBeUndefined();
  expect(tokens).toBeGreaterThan(1);
  close();
  await expect.poll(() => ended).toBe('completed');
  await dev.stop();
});

it('a stream that ends with an error of the gateway is not opened again', async () => {
  const dev = await start(['dev', '--port', '0', '--emulator-port', '0']);
  const events: any[] = [];
  let opened = 0;
  const subscribe = createSubscribe({ url: dev.address('snapgate'), headers: () => ((opened += 1), {}) });
  const ended = new Promise<string>((resolve) => {
    subscribe(request('999999999999'), {
      next: (event) => events.push(event),
      error: () => resolve('failed'),
      complete: () => resolve('completed'),
    });
  });
  expect(await ended).toBe('completed');
  expect(events.map(({ errors }) => errors[0].extensions.code)).toEqual(['NOT_FOUND']);
  expect(opened).toBe(1);
  await dev.stop();
});
