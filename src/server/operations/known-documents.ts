import { type DocumentNode, getOperationAST } from 'graphql';
import { type Keepability, keepabilityOf } from '../../execution/ready/keepability.ts';
import { schema } from '../../schema.ts';
import type { ObservedOperation } from '../observation/observer.ts';

/** What is known of an operation of a document. */
export interface KnownDocument {
  /** Identifies the document among all documents of this process. */
  readonly id: string;
  readonly operation: ObservedOperation;
  /** How its responses can be kept; undefined if they are not kept. */
  readonly keepability: Keepability | undefined;
}

/** Returns what is known of an operation, determined once. */
export type KnownDocuments = (document: DocumentNode, operationName: string | undefined) => KnownDocument;

/** Creates the function for gateways with these trusted documents. */
export function createKnownDocuments(trusted: ReadonlySet<string> | undefined): KnownDocuments {
  const known = new WeakMap<DocumentNode, Map<string | undefined, KnownDocument>>();
  let count = 0;
  const describe = (document: DocumentNode, operationName: string | undefined): KnownDocument => {
    const operation = getOperationAST(document, operationName);
    count += 1;
    return {
      id: String(count),
      operation: {
        kind: 'query',
        name: operation?.name?.value,
        isTrusted: trusted?.has(document.loc?.source.body ?? '') ?? false,
      },
      keepability: keepabilityOf(schema, document, operationName),
    };
  };
  return (document, operationName) => {
    const operations = known.get(document) ?? new Map<string | undefined, KnownDocument>();
    known.set(document, operations);
    const found = operations.get(operationName) ?? describe(document, operationName);
    operations.set(operationName, found);
    return found;
  };
}
