import type { Permission } from '../snapshots/permission.ts';
import { free } from '../limits/price.ts';
import { builder } from './builder.ts';
import { PermissionEnum } from './permission.ts';

interface Viewer {
  readonly subject: string;
  readonly permissions: readonly Permission[];
}

const ViewerType = builder.objectRef<Viewer>('Viewer').implement({
  description: 'Who is asking.',
  fields: (t) => ({
    subject: t.exposeString('subject', {
      description: 'The subject of the token; `anonymous` where none is asked for.',
    }),
    permissions: t.field({
      type: [PermissionEnum],
      description: 'What the viewer may do in at least one source.',
      resolve: (viewer) => viewer.permissions,
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({
    type: ViewerType,
    description: 'Who is asking, and what they may do.',
    extensions: { price: free },
    resolve: (_root, _args, ctx) => ({ subject: ctx.principal.subject, permissions: ctx.principal.permissions() }),
  }),
);
