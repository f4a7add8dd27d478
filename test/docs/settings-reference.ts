/** The parts of JSON Schema that the configuration uses. */
interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | false;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

/** Every setting of the configuration file in Markdown: a section for each key at the top, and a row for each setting in it. */
export function settingsReference(schema: object): string {
  const { properties = {} } = schema as JsonSchema;
  const sections = Object.entries(properties).map(([name, setting]) => {
    const rows = rowsOf(name, setting);
    const introduction = rows.length > 0 ? `${setting.description}\n\n` : '';
    const table = rows.length > 0 ? rows : [rowOf(name, setting, false)];
    return `### ${name}\n\n${introduction}| setting | value | default | meaning |\n| --- | --- | --- | --- |\n${table.join('\n')}`;
  });
  return sections.join('\n\n');
}

/** The settings below this one, which are named by their paths; `[]` stands for every entry of a list. */
function rowsOf(path: string, { properties, required, items }: JsonSchema): string[] {
  if (items) return rowsOf(`${path}[]`, items);
  return Object.entries(properties ?? {}).flatMap(([name, setting]) => {
    const inner = rowsOf(`${path}.${name}`, setting);
    const isGroup = setting.type === 'object' && inner.length > 0;
    return [...(isGroup ? [] : [rowOf(`${path}.${name}`, setting, required?.includes(name) ?? false)]), ...inner];
  });
}

function rowOf(path: string, setting: JsonSchema, isRequired: boolean): string {
  if (setting.description === undefined) throw new Error(`${path} has no description.`);
  const fallback = setting.default === undefined ? '' : `\`${JSON.stringify(setting.default)}\``;
  return `| \`${path}\` | ${valueOf(setting)} | ${isRequired ? 'required' : fallback} | ${setting.description} |`;
}

function valueOf({
  type,
  const: only,
  enum: values,
  anyOf,
  items,
  additionalProperties,
  ...bounds
}: JsonSchema): string {
  if (anyOf) return anyOf.map(valueOf).join(' or ');
  if (values) return values.map((value) => `\`${value}\``).join(', ');
  if (only !== undefined) return `\`${only}\``;
  if (type === 'array') return items?.properties ? 'list' : `list of ${valueOf(items ?? {})}`;
  if (additionalProperties) return `map to ${valueOf(additionalProperties)}`;
  if (type === 'string') return 'text';
  if (type === 'boolean') return 'true, false';
  return `${type}${boundsOf(bounds)}`;
}

function boundsOf({ minimum, exclusiveMinimum, maximum = Infinity }: JsonSchema): string {
  const isBounded = maximum < Number.MAX_SAFE_INTEGER;
  if (exclusiveMinimum !== undefined) return ` above ${exclusiveMinimum}`;
  if (minimum === undefined) return '';
  return isBounded ? `, ${minimum} to ${maximum}` : `, at least ${minimum}`;
}
