import * as z from 'zod';

import type { ResourceStock } from '../../service.ts';
import type { StoredGroup } from '../stored.ts';
import { readTags } from './tags.ts';

const name = z.string().min(1).toLowerCase();
const schema = z.union([
  z.strictObject({ DBSubnetGroupName: name, DBSubnetGroupDescription: z.string().default('') }),
  z.strictObject({
    DBClusterParameterGroupName: name,
    DBParameterGroupFamily: z.string(),
    Description: z.string().default(''),
  }),
]);

/**
 * Groups of a world's JSON, besides those of every region: a subnet group has `DBSubnetGroupName` and
 * `DBSubnetGroupDescription`, a cluster parameter group `DBClusterParameterGroupName`, `DBParameterGroupFamily` and
 * `Description`. Both can have `Tags`.
 */
export const groupStock: ResourceStock = {
  load({ Tags, ...json }, { place }) {
    const parsed = schema.safeParse(json);
    if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
    place.rds.groups.add({ TagList: [], ...readTags(Tags), ...read(parsed.data) });
  },
  dump({ rds }) {
    return Array.from(rds.groups.values(), ({ TagList, ...group }) => ({ ...write(group), Tags: TagList }));
  },
};

function read(json: z.output<typeof schema>): Omit<StoredGroup, 'TagList'> {
  if ('DBSubnetGroupName' in json) {
    return { kind: 'subgrp', name: json.DBSubnetGroupName, description: json.DBSubnetGroupDescription };
  }
  const { DBClusterParameterGroupName, DBParameterGroupFamily: family, Description: description } = json;
  return { kind: 'cluster-pg', name: DBClusterParameterGroupName, family, description };
}

function write({ kind, name: group, description, family }: Omit<StoredGroup, 'TagList'>): object {
  return kind === 'subgrp'
    ? { DBSubnetGroupName: group, DBSubnetGroupDescription: description }
    : { DBClusterParameterGroupName: group, DBParameterGroupFamily: family, Description: description };
}
