import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** What a client has received in a second: the complete answers, and the times of answers and refusals, in milliseconds. */
export interface Second {
  readonly answers: number[];
  readonly refusals: number[];
  failed: number;
}

/**
 * Sends the query that it receives from its parent: from so many connections, each after its former response, or so many
 * times a second, whether there are responses or not. Reports what it has received each second.
 */
interface Task {
  readonly url: string;
  readonly query: string;
  readonly localAddress: string;
  readonly connections?: number;
  readonly perSecond?: number;
}

const tick = 5;
const empty = (): Second => ({ answers: [], refusals: [], failed: 0 });
let second = empty();

async function send({ url, query, localAddress }: Task, agent: Agent): Promise<void> {
  const start = performance.now();
  const headers = { 'content-type': 'application/json' };
  const sent = request(`${url}/graphql`, { method: 'POST', agent, localAddress, headers });
  sent.end(JSON.stringify({ query }));
  const [response] = await once(sent, 'response');
  const body = await text(response);
  const time = performance.now() - start;
  if (response.statusCode === 503) second.refusals.push(time);
  else if (response.statusCode === 200 && !body.includes('"errors"')) second.answers.push(time);
  else second.failed += 1;
}

process.once('message', (task: Task) => {
  const { connections = 190, perSecond } = task;
  const agent = new Agent({ keepAlive: true, maxSockets: connections, maxFreeSockets: connections });
  const attempt = () => send(task, agent).catch(() => (second.failed += 1));
  const start = performance.now();
  let sent = 0;
  if (perSecond !== undefined)
    setInterval(() => {
      // As many as are due, also after a pause of this process.
      const due = ((performance.now() - start) / 1000) * perSecond;
      for (; sent < due; sent += 1) void attempt();
    }, tick);
  else
    for (let index = 0; index < connections; index += 1)
      void (async () => {
        for (;;) await attempt();
      })();
  setInterval(() => {
    process.send?.(second);
    second = empty();
  }, 1000);
});
