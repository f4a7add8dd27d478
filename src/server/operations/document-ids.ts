import { withoutEnd } from '../../errors.ts';
import { refusal } from '../../limits/refusal.ts';

/** The parameters of a request that name a document, and that GraphQL itself does not have. */
const parameters = ['documentId', 'doc_id'] as const;
const hash = 'extensions.persistedQuery.sha256Hash';
const longestId = 100;

/** The ways to name a document, for messages. */
export const waysToName = [...parameters, hash].map((name) => `\`${name}\``).join(', ');

/** Returns the parameters of a URL or a form that name a document; throws INVALID_INPUT if one of them occurs twice. */
export function idsIn(fields: URLSearchParams): object {
  return Object.fromEntries(
    parameters.flatMap((name) => {
      const [id, ...others] = fields.getAll(name);
      if (others.length > 0) {
        throw refusal('INVALID_INPUT', `\`${name}\` occurs ${others.length + 1} times. Send it once.`, badRequest);
      }
      return id === undefined ? [] : [[name, id]];
    }),
  );
}

/** Returns the parameters of a request without those that name a document. */
export function withoutIds<Params extends object>(params: Params): Params {
  return Object.fromEntries(
    Object.entries(params).filter(([name]) => !parameters.some((each) => each === name)),
  ) as Params;
}

/**
 * Returns the id of the document that a request names in one way or in several; undefined if it names none. Throws
 * INVALID_INPUT if an id is not text, or if the ids belong to different documents.
 */
export function readId(params: object, documents: ReadonlyMap<string, string>): string | undefined {
  const named = namesIn(params);
  const ids = named.map(({ name, id }) => {
    if (typeof id === 'string') return id;
    throw refusal('INVALID_INPUT', `\`${name}\` is not text. Send the id of a trusted document.`, badRequest);
  });
  const isOne = new Set(ids).size < 2 || new Set(ids.map((id) => documents.get(id))).size < 2;
  if (isOne) return ids[0];
  const given = named.map(({ name, id }) => `${quoted(String(id))} in \`${name}\``).join(', ');
  throw refusal(
    'INVALID_INPUT',
    `The request names different documents: ${given}. Send the id of one trusted document.`,
    badRequest,
  );
}

/** Returns an id for a message, in quotes. */
export function quoted(id: string): string {
  return JSON.stringify(withoutEnd(id, longestId));
}

export const badRequest = { http: { status: 400 } };

/** Null stands for an omitted parameter, as everywhere in GraphQL over HTTP. */
function namesIn(params: object): readonly { name: string; id: unknown }[] {
  const { documentId, doc_id: docId, extensions } = params as Partial<Record<string, unknown>>;
  const { persistedQuery } = { ...(extensions as { persistedQuery?: unknown } | null | undefined) };
  const { sha256Hash } = { ...(persistedQuery as { sha256Hash?: unknown } | null | undefined) };
  const all = [
    { name: 'documentId', id: documentId },
    { name: 'doc_id', id: docId },
    { name: hash, id: sha256Hash },
  ];
  return all.filter(({ id }) => id !== undefined && id !== null);
}
