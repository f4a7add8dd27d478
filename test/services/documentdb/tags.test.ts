import { expect, it } from 'vitest';
import { useStaticUpstream } from '../../support/static-upstream.ts';

const fixed = useStaticUpstream();

const tag = '<Tag><Key>team</Key><Value>bi</Value></Tag>';
const tagLists = {
  tagged: `<TagList>${tag}<Tag><Key>empty</Key></Tag></TagList>`,
  untagged: '<TagList/>',
  unknown: '',
};
const tags = {
  tagged: [
    { key: 'team', value: 'bi' },
    { key: 'empty', value: '' },
  ],
  untagged: [],
  unknown: [{ key: 'listed', value: 'singly' }],
};

it.each([
  ['snapshots', 'DBClusterSnapshot', 'SnapshotType'],
  ['clusters', 'DBCluster', 'ClusterType'],
])('reads tags of %s singly only if AWS did not return a TagList', async (field, record, type) => {
  const records = Object.entries(tagLists).map(
    ([name, tagList]) =>
      `<${record}><${record}Identifier>${name}</${record}Identifier><Engine>docdb</Engine><${type}>manual</${type}><Status>available</Status>${tagList}</${record}>`,
  );
  fixed.upstream.answer({
    [`Describe${record}s`]: `<${record}s>${records.join('')}</${record}s>`,
    ListTagsForResource: '<TagList><Tag><Key>listed</Key><Value>singly</Value></Tag></TagList>',
  });
  const before = fixed.upstream.requests.length;
  const { data } = await fixed.gateway.query(
    `{ ${field}(filter: { services: [DOCUMENTDB] }) { nodes { identifier tags { key value } } } }`,
  );
  const found = data[field].nodes.map(({ identifier, tags: own }: any) => [identifier, own]);
  expect(Object.fromEntries(found)).toEqual(tags);
  const asked = fixed.upstream.requests.slice(before).filter(({ Action }) => Action === 'ListTagsForResource');
  expect(asked.map(({ ResourceName }) => ResourceName?.split(':').at(-1))).toEqual(['unknown']);
});
