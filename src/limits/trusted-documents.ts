import { getOperationAST, type GraphQLSchema, parse, validate } from 'graphql';
import * as z from 'zod';
import { ConfigurationError } from '../errors.ts';
import { type FiledDocument, readDocumentFile } from './document-file.ts';
import { excessOf } from './documents.ts';
import { type LimitSettings, mostOf } from './settings.ts';

const defaultCost = 100;

/** The `documents` of the configuration file. */
export const documentSettings = z
  .strictObject({
    file: z.string().min(1).meta({
      description:
        'The path of a JSON file, relative to the working directory, that contains the documents: an object with their ids as keys and their texts as values, as in the `persistConfig.file` of the Relay compiler, or the manifest of persisted queries that `@apollo/generate-persisted-query-manifest` writes. Documents for which a manifest has a `clientName` are accepted from every client. The gateway does not start if a document is invalid or exceeds `limits`.',
    }),
    only: z.boolean().default(false).meta({
      description:
        'Whether to accept only these documents and those of the fleet page, by id or with exactly their text, and reject all others.',
    }),
    cost: z.int().min(1).default(defaultCost).meta({
      description:
        'The cost of each trusted document, in AWS calls. It replaces the estimate, so that a document is not refused because the fleet has grown. It must not exceed `limits.cost` or `limits.costPerMinute`, or all trusted documents are refused. A query with the request header `Cache-Control: no-cache` costs its estimate if that is higher, at most `limits.cost`. When a document ends, the AWS calls that it made are charged instead.',
    }),
    maxAgeSeconds: z.int().min(0).default(15).meta({
      description:
        'How long a browser can cache the response to a query that was sent by GET with a document id, in seconds. Responses with errors, and responses that may lack records, are not cached.',
    }),
  })
  .meta({
    description: 'Trusted documents, which clients send by id. If omitted, clients send the text of their documents.',
  });

/** The trusted documents by id, and their settings. */
export interface TrustedDocuments {
  readonly byId: ReadonlyMap<string, string>;
  /** The texts of all documents. */
  readonly texts: ReadonlySet<string>;
  /** The fixed cost of each document, in AWS calls. */
  readonly cost: number;
  readonly only: boolean;
  readonly maxAgeSeconds: number;
}

/**
 * The start of the ids of the gateway's own documents, as the draft of persisted documents in GraphQL over HTTP reserves
 * `x-` for identifiers of one server.
 */
export const ownPrefix = 'x-snapgate:';

/** Returns the trusted documents with the gateway's own ones, which are always known; `configured` has no id with `ownPrefix`. */
export function withOwnDocuments(
  own: ReadonlyMap<string, string>,
  configured: TrustedDocuments | undefined,
  limits: LimitSettings,
): TrustedDocuments {
  // The configuration ensures that a configured cost is within the limits.
  const { only, maxAgeSeconds, ...fixed } = configured ?? {
    only: false,
    maxAgeSeconds: 0,
    cost: Math.min(defaultCost, mostOf(limits)),
    byId: new Map<string, string>(),
  };
  const byId = new Map([...fixed.byId, ...own]);
  return { byId, texts: new Set(byId.values()), cost: fixed.cost, only, maxAgeSeconds };
}

/** Reads the file and validates its documents within the limits; throws one ConfigurationError with every problem. */
export function readTrustedDocuments(
  { file, only, cost, maxAgeSeconds }: z.output<typeof documentSettings>,
  schema: GraphQLSchema,
  limits: LimitSettings,
): TrustedDocuments {
  const documents = readDocumentFile(file);
  const problems = documents.flatMap((document) =>
    [...idProblems(document), ...problemsOf(document, schema, limits)].map(
      (problem) => `${file}: ${describe(document)}: ${problem}`,
    ),
  );
  if (problems.length > 0) throw new ConfigurationError(problems);
  const byId = new Map(documents.map(({ id, text }) => [id, text]));
  return { byId, texts: new Set(byId.values()), cost, only, maxAgeSeconds };
}

function describe({ id, name }: FiledDocument): string {
  return name === undefined ? id : `${id} (${name})`;
}

function idProblems({ id }: FiledDocument): string[] {
  if (!id.startsWith(ownPrefix)) return [];
  return [`ids that start with \`${ownPrefix}\` are reserved for the documents of the gateway. Choose another id.`];
}

function problemsOf({ text, name }: FiledDocument, schema: GraphQLSchema, limits: LimitSettings): string[] {
  try {
    const document = parse(text);
    // Clients send the name with the id.
    if (name !== undefined && !getOperationAST(document, name)) return ['the document has no operation of this name.'];
    const excess = excessOf(document, limits);
    if (excess) return [`${excess.problem} Shorten the document, or increase \`${excess.setting}\`.`];
    return validate(schema, document).map(({ message }) => message);
  } catch (error) {
    return [(error as Error).message];
  }
}
