import { closeSync, openSync, readSync } from 'node:fs';

/** The settings that are secrets; `*` stands for each entry of a list. */
const secretSettings = ['accounts.*.externalId', 'authentication.secret', 'cursorKeys.*', 'redis'];

/** A configuration whose secrets are their values. */
export interface ResolvedSecrets {
  readonly value: unknown;
  /** The place of each secret that was read, by the path of its setting. */
  readonly places: ReadonlyMap<string, string>;
  /** Why secrets could not be read, by the path of their setting; never their content. */
  readonly problems: ReadonlyMap<string, string>;
}

/**
 * Replaces each secret that is given as `{ file: … }` or `{ env: … }` with the content of the file, without one newline at
 * its end, or with the value of the environment variable. A secret that cannot be read stays as it is.
 */
export function resolveSecrets(value: unknown, environment: NodeJS.ProcessEnv): ResolvedSecrets {
  const places = new Map<string, string>();
  const problems = new Map<string, string>();
  const resolve = (secret: unknown, setting: string) => {
    if (!isObject(secret)) return secret;
    const found = read(secret, environment);
    if ('problem' in found) {
      problems.set(setting, found.problem);
      return secret;
    }
    places.set(setting, found.place);
    return found.text;
  };
  return {
    value: secretSettings.reduce((all, path) => replaceAt(all, path.split('.'), resolve), value),
    places,
    problems,
  };
}

/** Returns the JSON Schema of a configuration in which each secret can also be a file or an environment variable. */
export function withSecretPlaces(schema: object): object {
  return secretSettings.reduce<object>((all, path) => {
    const names = path.split('.').flatMap((name) => (name === '*' ? ['items'] : ['properties', name]));
    return replaceAt(all, names, (setting) => {
      const { description, ...text } = setting as { readonly description?: string };
      return { anyOf: [text, ...placesInSchema], description };
    });
  }, schema);
}

const placesInSchema = [
  placeInSchema('file', 'The path of a file that contains the secret. One newline at its end is ignored.'),
  placeInSchema('env', 'The name of an environment variable whose value is the secret.'),
];

function placeInSchema(name: string, description: string): object {
  const properties = { [name]: { type: 'string', minLength: 1, description } };
  return { type: 'object', properties, required: [name], additionalProperties: false };
}

type Found = { readonly text: string; readonly place: string } | { readonly problem: string };

function read(secret: Readonly<Record<string, unknown>>, environment: NodeJS.ProcessEnv): Found {
  const [[kind, name] = [], ...others] = Object.entries(secret);
  if (others.length > 0 || (kind !== 'file' && kind !== 'env') || typeof name !== 'string' || name === '') {
    return { problem: 'must be a text, { file: <path of a file> } or { env: <name of an environment variable> }' };
  }
  return kind === 'file' ? readSecretFile(name) : readVariable(name, environment[name]);
}

function readVariable(name: string, text: string | undefined): Found {
  const place = `the environment variable ${name}`;
  if (text) return { text, place };
  return { problem: `${place} is ${text === undefined ? 'not set' : 'empty'}` };
}

/** The maximum size of a file with a secret, in bytes: a device has no end. */
const largestFile = 64 * 1024;

function readSecretFile(path: string): Found {
  const place = `the file ${path}`;
  try {
    const bytes = readStart(path, largestFile + 1);
    if (bytes.length > largestFile) return { problem: `${place} is larger than ${largestFile} bytes` };
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r?\n$/, '');
    return text === '' ? { problem: `${place} is empty` } : { text, place };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const isNoText = code === 'ERR_ENCODING_INVALID_ENCODED_DATA';
    return { problem: isNoText ? `${place} is not text in UTF-8` : `${place} cannot be read: ${message}` };
  }
}

/** Reads a file to its end, or at most so many bytes. */
function readStart(path: string, length: number): Buffer {
  const descriptor = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(length);
    let end = 0;
    for (let count = -1; count !== 0 && end < length; end += count) {
      count = readSync(descriptor, buffer, end, length - end, null);
    }
    return buffer.subarray(0, end);
  } finally {
    closeSync(descriptor);
  }
}

type Replace = (value: unknown, path: string) => unknown;

/** Returns a copy of `value` in which the values at the path are replaced; `*` stands for each entry of a list. */
function replaceAt<Value>(value: Value, [name, ...rest]: readonly string[], replace: Replace, path = ''): Value {
  if (name === undefined) return replace(value, path) as Value;
  const replaceIn = (inner: unknown, key: string | number) =>
    replaceAt(inner, rest, replace, path === '' ? `${key}` : `${path}.${key}`);
  if (name === '*') return Array.isArray(value) ? (value.map(replaceIn) as Value) : value;
  if (!isObject(value) || !Object.hasOwn(value, name)) return value;
  return { ...value, [name]: replaceIn(value[name], name) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
