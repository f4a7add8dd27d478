import type { Tag } from '../snapshots/tag.ts';
import { builder } from './builder.ts';

export const TagType = builder.objectRef<Tag>('Tag').implement({
  description: 'A tag of an AWS resource.',
  fields: (t) => ({
    key: t.exposeString('key', { description: 'The key of this tag: case-sensitive, and unique on its resource.' }),
    value: t.exposeString('value', { description: 'The value of this tag, which can be empty.' }),
  }),
});
