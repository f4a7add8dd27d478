import { type OutgoingHttpHeader, type OutgoingHttpHeaders, ServerResponse } from 'node:http';

type Headers = OutgoingHttpHeaders | OutgoingHttpHeader[];

/**
 * A response to which headers can be added before it is written. They are written together with its other headers,
 * because setting them one by one takes longer than the rest of a short response.
 */
export class GatewayResponse extends ServerResponse {
  readonly #added: string[] = [];

  /** Adds headers, as names and values in turn. A header with the same name that is set otherwise replaces an added one. */
  addHeaders(...namesAndValues: readonly string[]): void {
    this.#added.push(...namesAndValues);
  }

  override writeHead(status: number, message?: string, headers?: Headers): this;
  override writeHead(status: number, headers?: Headers): this;
  override writeHead(status: number, first?: string | Headers, second?: Headers): this {
    const added = this.#added.splice(0);
    // All headers in one list are written as they are; Node.js calls this method, too, if only `end` was called.
    if (Array.isArray(first) && this.getHeaderNames().length === 0)
      return super.writeHead(status, [...added, ...first]);
    for (let index = 0; index < added.length; index += 2) {
      const [name = '', value = ''] = added.slice(index, index + 2);
      if (!this.hasHeader(name)) this.setHeader(name, value);
    }
    return typeof first === 'string' ? super.writeHead(status, first, second) : super.writeHead(status, first);
  }
}
