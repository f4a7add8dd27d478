import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as Graphiql from '@graphql-yoga/render-graphiql/graphiql';
import { signInScript } from '../sign-in/page.ts';
import { digestOf, policyOf } from '../policy.ts';
import * as content from './examples.ts';

/** The page of GraphiQL, which is the same for every caller and contains neither a token nor data of the fleet. */
export interface GraphiqlPage {
  readonly html: string;
  /** The content security policy of the page, and of the page to sign in, which it replaces in the same window. */
  readonly policy: string;
}

type Parts = typeof Graphiql;

let page: Promise<GraphiqlPage> | undefined;

/** Returns the page. The first call loads GraphiQL, 9 MB of text, which takes about a tenth of a second. */
export function loadGraphiqlPage(): Promise<GraphiqlPage> {
  page ??= import('@graphql-yoga/render-graphiql/graphiql').then(render).catch((error: unknown) => {
    page = undefined;
    throw error;
  });
  return page;
}

function render(parts: Parts): GraphiqlPage {
  const start = readFileSync(join(import.meta.dirname, 'graphiql-start.js'), 'utf8');
  const style = readFileSync(join(import.meta.dirname, 'graphiql.css'), 'utf8');
  const graphiql = `${workersOf(parts)}${withHistory(parts.js)}`;
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>GraphiQL · snapgate</title>
<link rel="icon" href="${parts.favicon}">
<style>${parts.css}</style>
<style>${style}</style>
</head>
<body class="no-focus-outline">
<noscript>GraphiQL requires JavaScript.</noscript>
<main>
<h1 class="snapgate-heading">GraphiQL</h1>
<div id="root"><p class="snapgate-loading">Loading GraphiQL…</p></div>
</main>
<script type="application/json" id="content">${inScript(JSON.stringify({ ...content }))}</script>
<script>${start}</script>
<script>${graphiql}</script>
</body>
</html>
`;
  return { html, policy: policyFor([start, graphiql, signInScript()]) };
}

/** The policy for these inline scripts. The editor of GraphiQL adds styles, and starts workers from texts. */
function policyFor(scripts: readonly string[]): string {
  const digests = scripts.map(digestOf).join(' ');
  return policyOf([`script-src ${digests}`, "style-src 'unsafe-inline'", 'font-src data:', 'worker-src blob:']);
}

/** The workers of the editor, as GraphiQL expects them: it starts them from texts, without a request. */
function workersOf({ editorWorkerService, jsonWorker, graphqlWorker }: Parts): string {
  const texts = { editorWorkerService, json: jsonWorker, graphql: graphqlWorker };
  return `{
const texts = ${inScript(JSON.stringify(texts))};
const urls = {};
for (const [name, text] of Object.entries(texts))
  urls[name] = URL.createObjectURL(new Blob([text], { type: 'application/javascript' }));
self.MonacoEnvironment = { globalAPI: false, getWorkerUrl: (_, label) => urls[label] };
}
`;
}

/**
 * Adds the history to GraphiQL. The package replaces GraphiQL's own plugins, among them the history, by its explorer, and
 * exports none of them.
 */
function withHistory(js: string): string {
  const [, history] = /const (\w+)=\{title:"History",icon:/.exec(js) ?? [];
  const plugins = /plugins:\[(\w+)\],schemaDescription:/;
  if (history === undefined || !plugins.test(js)) throw new Error('This version of GraphiQL has other plugins.');
  return js.replace(plugins, (_, explorer) => `plugins:[${history},${explorer}],schemaDescription:`);
}

/** JSON that an HTML parser reads as one text. */
function inScript(json: string): string {
  return json.replaceAll('<', String.raw`\u003c`);
}
