import type { Permission } from '../snapshots/permission.ts';
import { free, permissionsForRecord } from '../limits/price.ts';
import { builder } from './builder.ts';
import { ClusterInterface } from './cluster.ts';
import { PermissionEnum } from './permission.ts';
import { SnapshotInterface } from './snapshot.ts';

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
    extensions: { price: free, variation: 'BY_CALLER' },
    resolve: (_root, _args, ctx) => ({ subject: ctx.principal.subject, permissions: ctx.principal.permissions() }),
  }),
);

const ofViewer =
  'whatever its state: a mutation that requires another permission is refused. If your grants have conditions on tags, this field needs the tags; if these cannot be read, the permissions that depend on them are left out. Amazon DocumentDB: one AWS call for the tags, made only then, and only if AWS did not return the tags with the record.';

builder.interfaceField(SnapshotInterface, 'viewerPermissions', (t) =>
  t.field({
    type: [PermissionEnum],
    description: `The permissions that you have for this snapshot, ${ofViewer} A snapshot of another account can only be read, copied and restored.`,
    extensions: { price: permissionsForRecord, variation: 'BY_CALLER' },
    resolve: async (snapshot, _args, ctx) => [...(await ctx.rights.permissionsFor(snapshot))],
  }),
);

builder.interfaceField(ClusterInterface, 'viewerPermissions', (t) =>
  t.field({
    type: [PermissionEnum],
    description: `The permissions that you have for this cluster, ${ofViewer} CLUSTER_CREDENTIALS is missing if this gateway issues you no passwords. SNAPSHOT_DELETE is required to reduce the protection of the cluster.`,
    extensions: { price: permissionsForRecord, variation: 'BY_CALLER' },
    resolve: async (cluster, _args, ctx) => [...(await ctx.rights.permissionsFor(cluster))],
  }),
);
