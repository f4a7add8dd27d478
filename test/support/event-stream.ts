import type { Answer } from './gateway.ts';

/** Reads the results of a GraphQL subscription from its server-sent events, until the stream is complete. */
export async function* readEvents(response: Response): AsyncGenerator<Answer, undefined> {
  let rest = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, content] = /^event: next\ndata: (.+)$/.exec(block) ?? [];
      if (content) yield JSON.parse(content) as Answer;
      if (block.startsWith('event: complete')) return;
    }
  }
}
