import type { EmulatedService } from '../../src/emulator/service.ts';

const titles: Readonly<Record<EmulatedService['name'], string>> = {
  redshift: 'Amazon Redshift',
  rds: 'Amazon RDS',
  kms: 'AWS KMS',
  sts: 'AWS STS',
  iam: 'AWS IAM',
};

/** Returns a table of the emulated operations, and a list of the parameters that they reject, in Markdown. */
export function emulatedOperations(services: readonly EmulatedService[]): string {
  const rows = services.flatMap(({ name, operations }) =>
    Object.keys(operations)
      .toSorted()
      .map((action) => `| ${titles[name]} | ${action} |`),
  );
  const rejections = services.flatMap(({ refused = {} }) =>
    Object.entries(refused).map(([action, names]) => `- ${action}: ${names.map((name) => `\`${name}\``).join(', ')}`),
  );
  return [
    '| service | operation |',
    '| --- | --- |',
    ...rows,
    '',
    'Rejected parameters:',
    '',
    ...rejections.toSorted(),
  ].join('\n');
}
