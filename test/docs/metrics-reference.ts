import type { Registry } from 'prom-client';

/** The members of a metric that the types of prom-client do not declare. */
interface Definition {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly labelNames: readonly string[];
}

/** Lists the metrics of the gateway with their types, labels and help, without those of the process. */
export function metricsReference(registry: Registry): string {
  const metrics = registry.getMetricsAsArray() as unknown as readonly Definition[];
  return metrics
    .filter(({ name }) => name.startsWith('snapgate_'))
    .map(({ name, help, type, labelNames }) => {
      const labels = labelNames.map((label) => `\`${label}\``).join(', ');
      return `- \`${name}\` (${type}${labels === '' ? '' : `; ${labels}`}): ${help}`;
    })
    .join('\n');
}
