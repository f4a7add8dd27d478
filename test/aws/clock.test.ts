import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { actionsOf, clusters } from '../changes/support.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { serviceNames } from '../support/services.ts';
import { clusterId } from '../support/worlds.ts';

const minute = 60_000;
/** The maximum difference between the clock of AWS and the time of a signature. */
const tolerance = 15 * minute;

let gateway: Gateway;
let stop: () => void;
afterEach(async () => {
  stop();
  await gateway.close();
});

/** Starts a gateway with an emulator whose clock is ahead of the gateway's clock by some minutes. */
async function startApart(minutes: number): Promise<void> {
  const server = createServer((request, response) => void answer(request, response, Date.now() + minutes * minute));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stop = () => server.close();
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  gateway = await startGateway({ aws: { endpoint }, isCheckedAtStart: false });
  await gateway.load({ clusters });
}

/** Checks the age of the signature before the request reaches the emulator, which does not check signatures. */
async function answer(request: IncomingMessage, response: ServerResponse, now: number): Promise<void> {
  const body = await buffer(request);
  const { authorization = '', 'content-type': type = '', 'x-amz-date': date } = request.headers;
  const signedAt = Date.parse(String(date).replace(/(\d{4})(..)(..)T(..)(..)/, '$1-$2-$3T$4:$5:'));
  const headers = { authorization, 'content-type': type };
  const isUntimely = Math.abs(signedAt - now) > tolerance;
  const given = isUntimely ? refusal() : await fetch(gateway.emulator.url, { method: 'POST', headers, body });
  response.writeHead(given.status, { 'content-type': 'text/xml', date: new Date(now).toUTCString() });
  response.end(await given.text());
}

function refusal(): Response {
  const error = '<Type>Sender</Type><Code>SignatureDoesNotMatch</Code><Message>Signature expired.</Message>';
  return new Response(`<ErrorResponse><Error>${error}</Error></ErrorResponse>`, { status: 403 });
}

const create = `mutation ($input: CreateSnapshotInput!) {
  createSnapshot(input: $input) {
    ... on CreateSnapshotPayload { snapshot { identifier } }
    ... on Error { message }
  }
}`;

describe('clock skew', () => {
  it.each([-20, 20])('of %i minutes: the first read succeeds, and the first change is made once', async (minutes) => {
    await startApart(minutes);
    for (const service of serviceNames) {
      const input = { clusterId: clusterId(service), identifier: 'new' };
      // oxlint-disable-next-line no-await-in-loop -- the order of the calls is asserted
      const { data } = await gateway.query(create, { input });
      expect(data.createSnapshot).toEqual({ snapshot: { identifier: 'new' } });
    }
    const made = (await actionsOf(gateway)).filter((action) => action?.startsWith('Create'));
    expect(made).toEqual(['CreateClusterSnapshot', 'CreateDBClusterSnapshot']);
  });
});
