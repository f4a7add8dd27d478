import type { IncomingMessage, ServerResponse } from 'node:http';
import { loadGraphiqlPage } from '../console/graphiql/page.ts';
import { signInPage } from '../console/sign-in/page.ts';
import { type AnswerWithFile, createStaticFile } from './static-file.ts';

const type = 'text/html; charset=utf-8';

let answer: AnswerWithFile | undefined;

/** Whether a request is that of a browser for a page, and not for data. */
export function isForPage({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.accept?.includes('text/html') === true;
}

/** Answers with GraphiQL, which is loaded and compressed when it is first requested. */
export async function answerWithGraphiql(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { html, policy } = await loadGraphiqlPage();
  answer ??= createStaticFile({ body: Buffer.from(html), type, policy });
  await answer(request, response);
}

/** Answers with the page that asks for a token, and shows the reason. `headers` are added to those of the page. */
export async function answerWithSignIn(
  response: ServerResponse,
  { status, message, headers }: { status: number; message: string; headers: Readonly<Record<string, string>> },
): Promise<void> {
  // GraphiQL replaces this page in the same window, under the policy of this page.
  const { policy } = await loadGraphiqlPage();
  const page = signInPage(message);
  response
    .writeHead(status, {
      ...headers,
      'content-type': type,
      'cache-control': 'no-store',
      'content-security-policy': policy,
    })
    .end(page);
}
