import type { Permission } from '../snapshots/permission.ts';
import { free } from '../limits/price.ts';
import { builder } from './builder.ts';
import { PermissionEnum } from './permission.ts';

interface Viewer {
  readonly subject: string;
  readonly permissions: readonly Permission[];
}

const ViewerType = builder.objectRef<Viewer>('Viewer').implement({
  description: 'The caller of this API.',
  fields: (t) => ({
    subject: t.exposeString('subject', {
      description: 'The subject of the token of the caller; `anonymous` if the gateway does not require a token.',
    }),
    permissions: t.field({
      type: [PermissionEnum],
      description: 'The permissions that the caller has in at least one source.',
      resolve: (viewer) => viewer.permissions,
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({
    type: ViewerType,
    description: 'The caller of this API, and the permissions of the caller.',
    extensions: { price: free },
    resolve: (_root, _args, ctx) => ({ subject: ctx.principal.subject, permissions: ctx.principal.permissions() }),
  }),
);
