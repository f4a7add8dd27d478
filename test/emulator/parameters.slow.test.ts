import type { NormalizedSchema } from '@smithy/core/schema';
import { describe, expect, it } from 'vitest';

import type { EmulatedService } from '../../src/emulator/service.ts';
import { emulatedServices } from '../../src/emulator/services.ts';
import { home, useEmulator } from '../support/emulator.ts';
import { inputWorld, minimalInputs } from './minimal-inputs.ts';

const emulator = await useEmulator();

describe.each(emulatedServices())('a parameter of $name is emulated or refused, never ignored', (service) => {
  it.each(Object.keys(service.operations))('%s', async (action) => {
    const minimal = minimalInputs[service.name]?.[action];
    if (!minimal) throw new Error(`minimal-inputs.ts has no input for ${action}`);
    expect(await send(service, action, minimal)).toBeUndefined();
    const input = service.schemas.get(action)?.input;
    const members = input?.isStructSchema() ? [...input.structIterator()] : [];
    const ignored: string[] = [];
    for (const [member, schema] of members) {
      if (member in minimal) continue;
      // oxlint-disable-next-line no-await-in-loop -- each call needs a new world
      const code = await send(service, action, { ...minimal, [member]: sample(member, schema) });
      if (code === 'InternalFailure') ignored.push(member);
    }
    expect(ignored).toEqual([]);
  });
});

/** Sends a request to a new world and returns the code of its fault; undefined for a success. */
async function send({ name, schemas, protocol }: EmulatedService, action: string, members: object) {
  await emulator.load(inputWorld);
  const schema = schemas.get(action);
  if (!schema) throw new Error(`${name} has no operation ${action}`);
  const authorization = `AWS4-HMAC-SHA256 Credential=${home}/20260301/us-east-1/${name}/aws4_request`;
  if (protocol.kind === 'json') {
    const headers = { authorization, 'x-amz-target': `${protocol.targetPrefix}.${action}` };
    const answer = await fetch(emulator.url, { method: 'POST', body: JSON.stringify(members), headers });
    return /"__type":"([^"]*)"/.exec(await answer.text())?.[1];
  }
  const body = new URLSearchParams([['Action', action], ...encode(schema.input, members, '')]);
  const response = await fetch(emulator.url, { method: 'POST', body, headers: { authorization } });
  return /<Code>([^<]*)<\/Code>/.exec(await response.text())?.[1];
}

/** Returns the form parameters of a value: `Tags.Tag.1.Key=team`. */
function encode(schema: NormalizedSchema, value: unknown, path: string): [string, string][] {
  if (Array.isArray(value)) {
    const item = schema.getValueSchema();
    const element = item.getMergedTraits().xmlName ?? 'member';
    return value.flatMap((entry, index) => encode(item, entry, `${path}.${element}.${index + 1}`));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, member]) =>
      encode(schema.getMemberSchema(name), member, path === '' ? name : `${path}.${name}`),
    );
  }
  return [[path, String(value)]];
}

/** Returns a value of a member's type. */
function sample(name: string, schema: NormalizedSchema): unknown {
  if (schema.isListSchema()) return [sample(name, schema.getValueSchema())];
  if (schema.isStructSchema()) {
    return Object.fromEntries([...schema.structIterator()].map(([member, of]) => [member, sample(member, of)]));
  }
  if (schema.isBooleanSchema()) return true;
  if (schema.isNumericSchema()) return 20;
  return schema.isTimestampSchema() ? '2026-02-28T00:00:00Z' : (samples[name] ?? 'sample');
}

/** Valid texts of the members that have a format. */
const samples: Readonly<Record<string, string>> = {
  KmsKeyId: `arn:aws:kms:us-east-1:${home}:key/12345678-1234-1234-1234-123456789012`,
  OwnerAccount: home,
};
