import type { Tag } from '../snapshots/tag.ts';
import { builder } from './builder.ts';

export const TagType = builder.objectRef<Tag>('Tag').implement({
  description: 'A tag of an AWS resource.',
  fields: (t) => ({
    key: t.exposeString('key', { description: 'Case-sensitive key, unique on its resource.' }),
    value: t.exposeString('value', { description: 'Its value, which may be empty.' }),
  }),
});
