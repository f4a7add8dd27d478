import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

import type { Disturbance } from '../control/disturbances.ts';
import { Fault } from '../fault.ts';
import { takeRequest, type Backstage, type TakenRequest } from './requests.ts';
import type { Answer } from '../wire/answers.ts';

const dripPieces = 10;

/** Responds to one AWS request, applies the matching fault rule and records the call. */
export async function serveRequest(
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
  backstage: Backstage,
): Promise<void> {
  const taken = takeRequest(request, body, backstage);
  const answer = await prepare(taken);
  backstage.calls.add({ ...taken.call, status: answer?.status ?? null, code: answer?.code ?? null });
  if (answer) return transmit(response, answer, taken.disturbance);
  if (taken.disturbance?.kind === 'reset') request.socket.resetAndDestroy();
  // A hanging request stays open until its client gives up or the emulator closes.
  return undefined;
}

/** Sends a complete response. */
export function send(
  response: ServerResponse,
  { status, headers, body }: Omit<Answer, 'body'> & { readonly body: string | Buffer },
): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/** Runs the action unless a fault rule applies before it takes effect; returns undefined if no response is sent. */
async function prepare({ run, refuse, disturbance }: TakenRequest): Promise<Answer | undefined> {
  if (!disturbance) return run();
  if (disturbance.kind === 'delay') {
    const early = disturbance.moment === 'after' ? run() : undefined;
    await pause(disturbance.milliseconds, undefined, { ref: false });
    return early ?? run();
  }
  const answer = disturbance.moment === 'after' ? run() : undefined;
  switch (disturbance.kind) {
    case 'hang':
    case 'reset':
      return undefined;
    case 'throttle':
      return refuse(new Fault('Throttling', 'Rate exceeded'));
    case 'error':
      return refuse(new Fault(disturbance.code, disturbance.message, disturbance.status));
    case 'html':
      return plain(disturbance.status, 'text/html', '<html><body><b>Http/1.1 Service Unavailable</b></body></html>');
    case 'text':
      return plain(disturbance.status, 'text/plain', 'Service Unavailable');
    case 'empty':
      return { status: disturbance.status, headers: {}, body: '' };
    case 'wrongRoot':
      return answer && { ...answer, body: '<Unexpected><Nothing/></Unexpected>\n' };
    default:
      return answer;
  }
}

async function transmit(response: ServerResponse, answer: Answer, disturbance: Disturbance | undefined): Promise<void> {
  if (!disturbance) return send(response, answer);
  const bytes = Buffer.from(answer.body);
  switch (disturbance.kind) {
    case 'cut':
      return send(response, { ...answer, body: bytes.subarray(0, disturbance.bytes) });
    case 'flip':
      return send(response, { ...answer, body: flip(bytes, disturbance) });
    case 'truncate':
      response.writeHead(answer.status, { ...answer.headers, 'content-length': bytes.length });
      response.write(bytes.subarray(0, disturbance.bytes), () => response.destroy());
      return undefined;
    case 'drip':
      response.writeHead(answer.status, { ...answer.headers, 'content-length': bytes.length });
      return drip(response, bytes, disturbance.milliseconds);
    default:
      return send(response, answer);
  }
}

async function drip(response: ServerResponse, bytes: Buffer, milliseconds: number): Promise<void> {
  const size = Math.ceil(bytes.length / dripPieces);
  for (let start = 0; start < bytes.length && !response.destroyed; start += size) {
    response.write(bytes.subarray(start, start + size));
    // oxlint-disable-next-line no-await-in-loop -- the response is slow on purpose
    await pause(milliseconds / dripPieces, undefined, { ref: false });
  }
  response.end();
}

function flip(bytes: Buffer, { byte, mask }: { byte: number; mask: number }): Buffer {
  if (bytes.length === 0) return bytes;
  const at = byte % bytes.length;
  bytes.writeUInt8(bytes.readUInt8(at) ^ mask, at);
  return bytes;
}

function plain(status: number, type: string, text: string): Answer {
  return { status, headers: { 'content-type': type }, body: `${text}\n` };
}
