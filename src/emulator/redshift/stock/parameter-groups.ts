import { ClusterParameterGroup$ } from '@aws-sdk/client-redshift';
import { NormalizedSchema } from '@smithy/core/schema';

import type { ResourceStock } from '../../service.ts';
import { readMembers, writeMembers } from '../../wire/json.ts';
import type { StoredParameterGroup } from '../stored.ts';

const schema = NormalizedSchema.of(ClusterParameterGroup$);

/** Parameter groups of a world's JSON, besides those of every region: the API's `ClusterParameterGroup` members. */
export const parameterGroupStock: ResourceStock = {
  load(json, { place }) {
    const members: Partial<StoredParameterGroup> = readMembers(schema, json);
    const { ParameterGroupName, ParameterGroupFamily = 'redshift-1.0', Description = '', Tags = [] } = members;
    if (!ParameterGroupName) throw new Error('ClusterParameterGroup.ParameterGroupName is missing');
    place.redshift.parameterGroups.add({ ParameterGroupName, ParameterGroupFamily, Description, Tags });
  },
  dump: ({ redshift }) => [...redshift.parameterGroups.values()].map((group) => writeMembers(schema, group)),
};
