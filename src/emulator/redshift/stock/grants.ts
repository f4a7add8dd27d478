import { SnapshotCopyGrant$ } from '@aws-sdk/client-redshift';
import { NormalizedSchema } from '@smithy/core/schema';

import { loadedKey } from '../../kms/stock.ts';
import type { ResourceStock } from '../../service.ts';
import { readMembers, writeMembers } from '../../wire/json.ts';
import { defaultKey } from '../store.ts';
import type { StoredGrant } from '../stored.ts';

const schema = NormalizedSchema.of(SnapshotCopyGrant$);

/** Snapshot copy grants of a world's JSON: the API's `SnapshotCopyGrant` members. The default is Redshift's own key. */
export const grantStock: ResourceStock = {
  load(json, loading) {
    const { place } = loading;
    const members: Partial<StoredGrant> = readMembers(schema, json);
    const { SnapshotCopyGrantName, Tags = [] } = members;
    const { KmsKeyId = defaultKey(place) } = loadedKey(members, loading);
    if (!SnapshotCopyGrantName) throw new Error('SnapshotCopyGrant.SnapshotCopyGrantName is missing');
    place.redshift.grants.add({ SnapshotCopyGrantName, KmsKeyId, Tags });
  },
  dump: ({ redshift }) => [...redshift.grants.values()].map((grant) => writeMembers(schema, grant)),
};
