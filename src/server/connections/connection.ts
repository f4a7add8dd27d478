import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The bytes that a client must read in each period of the write timeout, unless fewer wait to be sent. */
const minimumProgress = 64 * 1024;

/** An open connection of a client, and the responses that it waits for, in the order of their requests. */
export class Connection {
  readonly socket: Socket;
  /** Whose connections are counted together. */
  readonly peer: string;
  /**
   * Not a set: V8 keeps what was in the earlier tables of a set until the next full collection, with the whole request.
   */
  readonly responses: ServerResponse[] = [];
  /** Whether further requests are not answered, because the connection closes after an earlier response. */
  isClosing = false;
  /** Frees the place among the requests in progress that the current request has taken. */
  freePlace: () => void = () => {};
  readonly #waiting: { readonly response: ServerResponse; readonly proceed: (isOpen: boolean) => void }[] = [];
  /** The start of the period in which the client must read, in milliseconds; undefined if nothing waits to be sent. */
  #waitsSince: number | undefined;
  /** What waited to be sent at the start of the period, and what had been sent. */
  #start = { unsent: 0, sent: 0, queued: 0 };

  constructor(socket: Socket, peer: string) {
    this.socket = socket;
    this.peer = peer;
  }

  /** The bytes of responses that wait in the memory of this process for the client to read. */
  get unsent(): number {
    let total = this.socket.writableLength;
    // The length of the response that is being sent includes that of the socket.
    for (const { socket, writableLength } of this.responses) if (socket === null) total += writableLength;
    return total;
  }

  /** Waits until all earlier responses have been sent; returns false if the connection closes before. */
  turnOf(response: ServerResponse): Promise<boolean> | boolean {
    if (this.#first === response) return true;
    return new Promise((proceed) => this.#waiting.push({ response, proceed }));
  }

  /** Notes that a response has been sent or given up, and continues with the next one. */
  end(response: ServerResponse): void {
    if (this.#first === response) this.freePlace();
    const index = this.responses.indexOf(response);
    if (index !== -1) this.responses.splice(index, 1);
    if (this.#waiting[0] !== undefined && this.#waiting[0].response === this.#first) {
      this.#waiting.shift()?.proceed(true);
    }
  }

  /** Notes that the connection is closed. */
  close(): void {
    this.responses.length = 0;
    this.freePlace();
    for (const { proceed } of this.#waiting.splice(0)) proceed(false);
  }

  get #first(): ServerResponse | undefined {
    return this.responses[0];
  }

  /** Notes how far the responses have been sent. */
  noteProgress(now: number): void {
    const { unsent } = this;
    const { sent, queued } = progressOf(this.socket);
    if (unsent === 0) {
      this.#waitsSince = undefined;
      return;
    }
    const progress = Math.max(sent - this.#start.sent, this.#start.queued - queued);
    if (this.#waitsSince !== undefined && progress < Math.min(minimumProgress, this.#start.unsent)) return;
    this.#waitsSince = now;
    this.#start = { unsent, sent, queued };
  }

  /** For how long the client has not read as much as it must, in milliseconds; 0 if nothing waits to be sent. */
  stalledFor(now: number): number {
    return this.#waitsSince === undefined ? 0 : now - this.#waitsSince;
  }
}

/** The bytes of completed writes, and the bytes of the current write that the kernel has not accepted yet. */
function progressOf(socket: Socket): { sent: number; queued: number } {
  // Node.js itself detects the progress of a long write only by this property: a response is usually one write.
  const { _handle: handle } = socket as { _handle?: { writeQueueSize?: number } | null };
  return { sent: socket.bytesWritten - socket.writableLength, queued: handle?.writeQueueSize ?? 0 };
}
