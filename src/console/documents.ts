import { ownPrefix } from '../limits/trusted-documents.ts';
import { queries } from './browser/queries.js';

/** The documents that the fleet page sends, by their ids. */
export const consoleDocuments: ReadonlyMap<string, string> = new Map(
  Object.entries(queries).map(([name, text]) => [`${ownPrefix}${name}`, text]),
);
