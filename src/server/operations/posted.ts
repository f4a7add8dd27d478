import type { TrustedDocuments } from '../../limits/trusted-documents.ts';
import { readId } from './document-ids.ts';

/** The parameters of an operation that was sent as JSON. */
export interface Posted {
  readonly text: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
}

const parameters = new Set(['query', 'operationName', 'variables', 'extensions', 'documentId', 'doc_id']);

/**
 * Reads the parameters of a body. Returns undefined for everything that GraphQL Yoga refuses or answers in another way:
 * invalid JSON, a batch, parameters of another name or type, no document, or one that must be a trusted document.
 */
export function readPosted(body: Buffer, trusted: TrustedDocuments | undefined): Posted | undefined {
  const parsed = parse(body);
  if (!isObject(parsed)) return undefined;
  for (const name in parsed) if (!parameters.has(name)) return undefined;
  const { operationName, variables, extensions } = parsed;
  if (operationName != null && typeof operationName !== 'string') return undefined;
  if (variables != null && !isObject(variables)) return undefined;
  if (extensions != null && !isObject(extensions)) return undefined;
  const text = textOf(parsed, trusted);
  if (text === undefined) return undefined;
  return { text, operationName: operationName ?? undefined, variables: variables ?? undefined };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch {
    return undefined;
  }
}

/** Returns the text of the document, which is in `query` or named by an id. */
function textOf(
  { query, documentId, doc_id: docId, extensions }: Readonly<Record<string, unknown>>,
  trusted: TrustedDocuments | undefined,
): string | undefined {
  if (trusted === undefined) {
    return typeof query === 'string' && documentId === undefined && docId === undefined ? query : undefined;
  }
  if (query != null)
    return typeof query === 'string' && (!trusted.only || trusted.texts.has(query)) ? query : undefined;
  try {
    const id = readId({ documentId, doc_id: docId, extensions }, trusted.byId);
    return id === undefined ? undefined : trusted.byId.get(id);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
