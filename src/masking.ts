/** Replaces the secrets in a text, or in a line of JSON. */
export type Mask = (text: string) => string;

const hidden = '(hidden)';

/** Shorter texts occur in ordinary words. */
const shortestSecret = 8;

/** How a token (JWT) starts: an encoded brace and quotation mark. */
const startOfToken = 'eyJ';
/** What can be a token, with the text around it. */
const words = /[\w.-]+/g;
/** The session token of AWS credentials in a request that AWS repeats in an error. */
const sessionToken = /(x-amz-security-token[:=] {0,4})[^\s"\\&,;']+/gi;

/** Hides tokens, which clients can send where they do not belong, such as in a variable or in the user agent. */
export const maskTokens: Mask = (text) => {
  // Each line of the log comes here, and almost none contains a token.
  const line = text.includes(startOfToken) ? text.replace(words, withoutToken) : text;
  return line.replace(sessionToken, `$1${hidden}`);
};

/** Hides a token, which has three parts. */
function withoutToken(word: string): string {
  const start = word.indexOf(startOfToken);
  const [, payload = '', signature = ''] = start === -1 ? [] : word.slice(start).split('.', 3);
  return payload === '' || signature === '' ? word : word.slice(0, start) + hidden;
}

/** Creates a mask for tokens and for these secrets, as they are, and as JSON and URLs encode them. */
export function createMask(secrets: readonly string[]): Mask {
  const forms = secrets
    .filter(({ length }) => length >= shortestSecret)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
    .toSorted((one, other) => other.length - one.length);
  return (text) => forms.reduce(hide, maskTokens(text));
}

function hide(text: string, form: string): string {
  const parts: string[] = [];
  let from = 0;
  for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1)) {
    if (at < from || isEscaped(text, at)) continue;
    parts.push(text.slice(from, at), hidden);
    from = at + form.length;
  }
  return from === 0 ? text : parts.join('') + text.slice(from);
}

/** Whether the first character of a match belongs to an escape sequence of JSON, so that it is another character. */
function isEscaped(text: string, offset: number): boolean {
  let start = offset;
  while (text[start - 1] === '\\') start -= 1;
  return (offset - start) % 2 === 1;
}
