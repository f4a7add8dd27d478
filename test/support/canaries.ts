/** The number of characters of base64 that the 0, 1 or 2 bytes before a secret decide. */
const decidedBefore = [0, 2, 3];

/** Shorter parts of a secret occur in ordinary texts. */
const shortestPart = 12;

/** Returns a secret as it could appear in an output: as it is, escaped, encoded, or as the bytes that it encodes. */
function formsOf(secret: string): readonly string[] {
  const decoded = Buffer.from(secret, 'base64');
  const contents = [Buffer.from(secret), ...(decoded.toString('base64') === secret ? [decoded] : [])];
  const forms = [
    secret,
    // Secrets of one kind can start alike, as tokens do.
    secret.slice(-shortestPart),
    JSON.stringify(secret).slice(1, -1),
    JSON.stringify(JSON.stringify(secret)).slice(3, -3),
    encodeURIComponent(secret),
    encodeURIComponent(secret).toLowerCase(),
    encodeURI(secret),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;'),
    ...contents.flatMap(encodingsOf),
  ];
  return [...new Set(forms)].filter(({ length }) => length >= shortestPart);
}

function encodingsOf(content: Buffer): string[] {
  return [
    content.toString('hex'),
    content.toString('hex').toUpperCase(),
    content.toString('latin1'),
    // As the JSON and the inspection of a Buffer.
    [...content].join(','),
    content.toString('hex').replace(/..(?=.)/g, '$& '),
    // Base64 of a longer text in which the secret starts at any byte.
    ...decidedBefore.flatMap((start, shift) => {
      const encoded = Buffer.concat([Buffer.alloc(shift), content]).toString('base64');
      const inner = encoded.replace(/=+$/, '').slice(start, (shift + content.length) % 3 === 0 ? undefined : -1);
      return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
    }),
  ];
}

/** Secrets by name, and where they appear. */
export function createCanaries() {
  const secrets = new Map<string, readonly string[]>();
  return {
    /** Adds a secret. */
    add: (name: string, secret: string) => void secrets.set(name, formsOf(secret)),
    names: () => [...secrets.keys()],
    /** Returns the names of the secrets that a text contains in any form, each with the place around it. */
    foundIn: (text: string, isAllowed: (name: string) => boolean = () => false): string[] =>
      [...secrets].flatMap(([name, forms]) => {
        const form = isAllowed(name) ? undefined : forms.find((each) => text.includes(each));
        if (form === undefined) return [];
        const at = text.indexOf(form);
        return [`${name}: …${text.slice(Math.max(0, at - 200), at + form.length + 20)}…`];
      }),
  };
}
