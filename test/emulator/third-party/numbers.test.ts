import type { NormalizedSchema } from '@smithy/core/schema';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { emulatedServices } from '../../../src/emulator/services.ts';
import { isDouble } from '../../../src/emulator/wire/answers.ts';
import { root } from '../../support/repository.ts';

const structure = z.object({
  type: z.string().optional(),
  shape: z.string().optional(),
  get members() {
    return z.record(z.string(), structure).optional();
  },
  get member() {
    return structure.optional();
  },
});
const model = z.object({
  operations: z.record(z.string(), z.object({ output: structure.optional() })),
  shapes: z.record(z.string(), structure),
});
type Shape = z.infer<typeof structure>;

// The models of the AWS SDK v2 tell integers from doubles; those of the SDK v3 do not.
const files = { redshift: 'redshift-2012-12-01', rds: 'rds-2014-10-31' };

describe('the numbers of responses', () => {
  it.each(emulatedServices().filter(({ name }) => name in files))(
    'of $name have a fraction if they are doubles, and none if they are integers',
    ({ name, operations, schemas }) => {
      const path = `${root}/node_modules/aws-sdk/apis/${files[name === 'rds' ? 'rds' : 'redshift']}.min.json`;
      const { operations: known, shapes } = model.parse(JSON.parse(readFileSync(path, 'utf8')));
      const wrong: string[] = [];
      const compare = (of: Shape | undefined, schema: NormalizedSchema, within: readonly string[]): void => {
        const shape = of?.shape === undefined ? of : shapes[of.shape];
        if (shape?.member && schema.isListSchema()) compare(shape.member, schema.getValueSchema(), within);
        if (!shape?.members || !schema.isStructSchema() || within.length > 8) return;
        for (const [member, memberSchema] of schema.structIterator()) {
          const found = shape.members[member];
          const hasFraction = found?.type === 'double' || found?.type === 'float';
          if (found && hasFraction !== isDouble(schema, member)) wrong.push([...within, member].join('.'));
          compare(found, memberSchema, [...within, member]);
        }
      };
      for (const action of Object.keys(operations)) {
        const output = schemas.get(action)?.output;
        if (output) compare(known[action]?.output, output, [action]);
      }
      expect(wrong).toEqual([]);
    },
  );
});
