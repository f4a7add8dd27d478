import { createHash } from 'node:crypto';
import { configure } from 'safe-stable-stringify';
import type { Principal } from '../../access/principal.ts';
import type { Keepability } from './keepability.ts';

/** The part of a request that does not depend on its caller. */
export interface Question {
  /** Identifies the document: its text, or an id that stands for one text only. */
  readonly document: string;
  readonly operationName: string | null | undefined;
  /** The variables as the client sent them. */
  readonly variables: Readonly<Record<string, unknown>> | null | undefined;
}

/** A longer key is replaced by its digest. */
const longestKey = 1024;

// Throws for a number that JSON cannot represent, which would otherwise be equal to null.
const stringify = configure({ strict: true });

/** Returns a text that is equal only for equal questions; undefined for a question with a number that is too large. */
export function questionOf({ document, operationName, variables }: Question): string | undefined {
  try {
    // JSON contains no line breaks, so that the parts cannot be confused.
    return `${stringify([operationName ?? null, variables ?? {}])}\n${document}`;
  } catch {
    return undefined;
  }
}

/**
 * Returns the key of a ready response: equal only for requests with equal data, as long as the settings, the AWS responses
 * and the time are the same. Callers with other rights to read have other keys, and if the operation depends on the
 * caller, so have all other callers.
 */
export function readyKeyOf(question: string, principal: Principal, keepability: Keepability): string {
  const rights = rightsOf(principal);
  const whose = keepability.has('BY_CALLER') ? rights.ofCaller() : rights.toRead();
  const key = whose + question;
  return key.length <= longestKey ? key : digest(key);
}

/** The digests of the rights of a principal, each of which is computed once. */
interface DigestedRights {
  toRead(): string;
  ofCaller(): string;
}

const known = new WeakMap<Principal, DigestedRights>();

function rightsOf(principal: Principal): DigestedRights {
  const found = known.get(principal);
  if (found) return found;
  let toRead: string | undefined;
  let ofCaller: string | undefined;
  const rights: DigestedRights = {
    toRead: () => (toRead ??= digest(`read ${principal.readScope()}`)),
    // Tokens of one subject can have different grants.
    ofCaller: () => (ofCaller ??= digest(`all ${JSON.stringify([principal.subject, principal.scope()])}`)),
  };
  known.set(principal, rights);
  return rights;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
