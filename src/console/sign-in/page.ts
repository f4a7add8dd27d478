import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const texts = new Map<string, string>();

/** Returns the text of a file beside this one, which is read when it is first needed. */
function read(name: string): string {
  const text = texts.get(name) ?? readFileSync(join(import.meta.dirname, name), 'utf8');
  texts.set(name, text);
  return text;
}

/** Returns the script of the page, which the content security policy must allow. */
export function signInScript(): string {
  return read('sign-in.js');
}

/** Returns a page that asks for a bearer token and opens GraphiQL with it, without storing the token. */
export function signInPage(message: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in · snapgate</title>
<link rel="icon" href="data:,">
<style>${read('sign-in.css')}</style>
</head>
<body>
<main>
<h1>snapgate</h1>
<p>Sign in to GraphiQL, the editor for queries.</p>
<form>
<label for="token">Bearer token</label>
<input id="token" type="password" autocomplete="off" spellcheck="false" aria-describedby="message hint" autofocus required>
<p id="message" role="status">${escaped(message)}</p>
<p id="hint" class="hint">The token stays in the memory of this page: after a reload, you enter it again.</p>
<button>Open GraphiQL</button>
</form>
<p><a href="/">Overview of the fleet</a></p>
</main>
<script>${signInScript()}</script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
