/** Replaces the secrets in a text, or in a line of JSON. */
export type Mask = (text: string) => string;

const hidden = '(hidden)';

/** Shorter texts occur in ordinary words. */
const shortestSecret = 8;

/** A token (JWT), and the session token of AWS credentials in a request that AWS repeats in an error. */
const tokens = /(?<![\w-])eyJ[\w-]*\.[\w-]+\.[\w-]+|(?<=x-amz-security-token[:=] {0,4})[^\s"\\&,;']+/gi;

/** Hides tokens, which clients can send where they do not belong, such as in a variable or in the user agent. */
export const maskTokens: Mask = (text) => text.replace(tokens, hidden);

/** Creates a mask for tokens and for these secrets, as they are, and as JSON and URLs encode them. */
export function createMask(secrets: readonly string[]): Mask {
  const forms = secrets
    .filter(({ length }) => length >= shortestSecret)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
    .toSorted((one, other) => other.length - one.length);
  if (forms.length === 0) return maskTokens;
  const known = new RegExp([...new Set(forms)].map((form) => form.replaceAll(/[^\w\s]/g, '\\$&')).join('|'), 'g');
  return (text) => {
    const line = maskTokens(text);
    return line.replace(known, (form, offset: number) => (isEscaped(line, offset) ? form : hidden));
  };
}

/** Whether the first character of a match belongs to an escape sequence of JSON, so that it is another character. */
function isEscaped(text: string, offset: number): boolean {
  let start = offset;
  while (text[start - 1] === '\\') start -= 1;
  return (offset - start) % 2 === 1;
}
