import { InvalidInputError } from '../errors.ts';
import { recordTypeOf, serviceOfNode } from './service.ts';

/** A decoded Node ID: the GraphQL type and the AWS name of an object. */
export type GlobalId = { readonly typename: string; readonly id: string };

/** Encodes a type and the AWS name of an object, which can contain any characters, as an opaque, URL-safe id. */
export function encodeGlobalId(typename: string, id: string): string {
  return Buffer.from(`${typename}:${id}`).toString('base64url');
}

/** Decodes an id; returns an invalid id unchanged and without a type, so that `requireOwnId` can reject it later. */
export function readGlobalId(globalId: string): GlobalId {
  const text = Buffer.from(globalId, 'base64url').toString();
  const [typename = ''] = text.split(':', 1);
  const id = text.slice(typename.length + 1);
  const isOwn =
    (typename === 'Source' || recordTypeOf(typename) !== undefined || serviceOfNode(typename) !== undefined) &&
    id !== '' &&
    encodeGlobalId(typename, id) === globalId;
  return isOwn ? { typename, id } : { typename: '', id: globalId };
}

/** Returns a valid id unchanged; throws INVALID_INPUT for an invalid id. */
export function requireOwnId(global: GlobalId): GlobalId {
  if (global.typename !== '') return global;
  throw new InvalidInputError(
    `${JSON.stringify(global.id)} is not an id of this API. Use an \`id\` that this API returned.`,
    ['id'],
  );
}
