/** Returns the instance classes of a family in several sizes. */
export function sizes(family: string, names: readonly string[]): string[] {
  return names.map((size) => `${family}.${size}`);
}

/** The instance classes of Multi-AZ DB clusters: those with local storage. */
export const multiAzClasses: readonly string[] = [
  ...sizes('db.c6gd', ['medium', 'large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge']),
  ...sizes('db.m5d', ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge', '24xlarge']),
  ...sizes('db.m6gd', ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge']),
  ...sizes('db.m6id', ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge', '24xlarge']),
  ...sizes('db.r5d', ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge', '24xlarge']),
  ...sizes('db.r6gd', ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge']),
  ...sizes('db.r6id', ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge', '24xlarge']),
];
