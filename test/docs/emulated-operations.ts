import type { EmulatedService } from '../../src/emulator/service.ts';

const titles: Readonly<Record<EmulatedService['name'], string>> = {
  redshift: 'Amazon Redshift',
  rds: 'Amazon RDS',
  kms: 'AWS KMS',
  sts: 'AWS STS',
};

/** Returns a table of the emulated operations, with the input members that each rejects, in Markdown. */
export function emulatedOperations(services: readonly EmulatedService[]): string {
  const rows = services.flatMap(({ name, operations, refused = {} }) =>
    Object.keys(operations)
      .toSorted()
      .map((action) => `| ${titles[name]} | ${action} | ${(refused[action] ?? []).map(code).join(', ')} |`),
  );
  return ['| service | operation | rejects |', '| --- | --- | --- |', ...rows].join('\n');
}

const code = (name: string) => `\`${name}\``;
