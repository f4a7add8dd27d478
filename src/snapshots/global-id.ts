import { InvalidInputError } from '../errors.ts';
import { recordTypeOf } from './service.ts';

/** What an id of this API stands for. */
export type GlobalId = { readonly typename: string; readonly id: string };

/** An opaque, URL-safe id made of a type and what AWS calls the thing; both may hold any character. */
export function encodeGlobalId(typename: string, id: string): string {
  return Buffer.from(`${typename}:${id}`).toString('base64url');
}

/** The reverse of `encodeGlobalId`; refuses with INVALID_INPUT whatever it did not make. */
export function decodeGlobalId(globalId: string): GlobalId {
  return requireOwnId(readGlobalId(globalId));
}

/** Decodes as well, but keeps an id that is not of this API whole, without a type, for `requireOwnId` to refuse later. */
export function readGlobalId(globalId: string): GlobalId {
  const text = Buffer.from(globalId, 'base64url').toString();
  const [typename = ''] = text.split(':', 1);
  const id = text.slice(typename.length + 1);
  const isOwn =
    (typename === 'Source' || recordTypeOf(typename) !== undefined) &&
    id !== '' &&
    encodeGlobalId(typename, id) === globalId;
  return isOwn ? { typename, id } : { typename: '', id: globalId };
}

/** Lets an id of this API through; refuses any other with INVALID_INPUT. */
export function requireOwnId(global: GlobalId): GlobalId {
  if (global.typename !== '') return global;
  throw new InvalidInputError(
    `${JSON.stringify(global.id)} is not an id of this API; use an \`id\` that it returned.`,
    ['id'],
  );
}
