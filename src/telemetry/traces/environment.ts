/** How traces are exported with OTLP. */
export interface TraceSettings {
  readonly sampler: Sampler;
  /** The part of the traces that a ratio sampler records, from 0 to 1. */
  readonly ratio: number;
  readonly batches: Batches;
}

const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
export type Sampler = (typeof samplers)[number];

/** The limits of the queue of spans; the defaults of the SDK apply to those that are omitted. */
interface Batches {
  readonly scheduledDelayMillis?: number;
  readonly exportTimeoutMillis?: number;
  readonly maxQueueSize?: number;
  readonly maxExportBatchSize?: number;
}

const batchVariables = {
  OTEL_BSP_SCHEDULE_DELAY: 'scheduledDelayMillis',
  OTEL_BSP_EXPORT_TIMEOUT: 'exportTimeoutMillis',
  OTEL_BSP_MAX_QUEUE_SIZE: 'maxQueueSize',
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: 'maxExportBatchSize',
} as const;

/**
 * Reads the settings of traces from the standard variables of OpenTelemetry, and adds a problem for each variable that
 * is not supported. Returns undefined if no exporter is configured: then, there are no traces. The exporter reads the
 * variables that start with OTEL_EXPORTER_OTLP itself.
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export function readTraces(environment: NodeJS.ProcessEnv, problems: string[]): TraceSettings | undefined {
  if (!isExported(environment, problems)) return undefined;
  const { OTEL_EXPORTER_OTLP_TRACES_PROTOCOL, OTEL_EXPORTER_OTLP_PROTOCOL, OTEL_TRACES_SAMPLER_ARG } = environment;
  const protocol = OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || OTEL_EXPORTER_OTLP_PROTOCOL || 'http/protobuf';
  if (protocol !== 'http/protobuf') {
    problems.push(
      `The OTLP protocol is ${JSON.stringify(protocol)}, but traces are exported only with http/protobuf. Set OTEL_EXPORTER_OTLP_TRACES_PROTOCOL to http/protobuf, and OTEL_EXPORTER_OTLP_TRACES_ENDPOINT to an address that accepts it.`,
    );
  }
  const ratio = Number(OTEL_TRACES_SAMPLER_ARG || 1);
  if (!(ratio >= 0 && ratio <= 1)) {
    problems.push(
      `OTEL_TRACES_SAMPLER_ARG is ${JSON.stringify(OTEL_TRACES_SAMPLER_ARG)}. Set it to a number from 0 to 1.`,
    );
  }
  return { sampler: readSampler(environment, problems), ratio, batches: readBatches(environment, problems) };
}

function isExported(environment: NodeJS.ProcessEnv, problems: string[]): boolean {
  const { OTEL_SDK_DISABLED, OTEL_TRACES_EXPORTER: name } = environment;
  if (OTEL_SDK_DISABLED?.toLowerCase() === 'true' || name === 'none') return false;
  const { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT } = environment;
  // The specification's default would send traces to localhost, even if no variable asks for traces.
  if (!name) return Boolean(OTEL_EXPORTER_OTLP_ENDPOINT || OTEL_EXPORTER_OTLP_TRACES_ENDPOINT);
  if (name !== 'otlp') problems.push(`OTEL_TRACES_EXPORTER is ${JSON.stringify(name)}. Set it to otlp or none.`);
  return name === 'otlp';
}

function readSampler({ OTEL_TRACES_SAMPLER: name }: NodeJS.ProcessEnv, problems: string[]): Sampler {
  const sampler = samplers.find((each) => each === (name || 'parentbased_always_on'));
  if (sampler !== undefined) return sampler;
  problems.push(`OTEL_TRACES_SAMPLER is ${JSON.stringify(name)}. Set it to one of ${samplers.join(', ')}.`);
  return 'always_on';
}

function readBatches(environment: NodeJS.ProcessEnv, problems: string[]): Batches {
  const batches: Record<string, number> = {};
  for (const [variable, option] of Object.entries(batchVariables)) {
    const text = environment[variable];
    if (!text) continue;
    if (!/^[1-9]\d{0,8}$/.test(text))
      problems.push(`${variable} is ${JSON.stringify(text)}. Set it to a whole number above 0.`);
    batches[option] = Number(text);
  }
  return batches;
}
