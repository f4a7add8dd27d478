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

/** Every setting of the configuration file in Markdown: links to its sections, one for each key, with a list of its settings. */
export function settingsReference(schema: object): string {
  const { properties = {} } = schema as JsonSchema;
  const links = Object.keys(properties).map((name) => `[${name}](#${name.toLowerCase()})`);
  const sections = Object.entries(properties).map(([name, setting]) => {
    const items = itemsOf(name, setting);
    const content = items.length > 0 ? `${setting.description}\n\n${items.join('\n')}` : itemOf(name, setting, false);
    return `### ${name}\n\n${content}`;
  });
  return [links.join(' · '), ...sections].join('\n\n');
}

/** The settings below this one, which are named by their paths; `[]` stands for every entry of a list. */
function itemsOf(path: string, { properties, required, items }: JsonSchema): string[] {
  if (items) return itemsOf(`${path}[]`, items);
  return Object.entries(properties ?? {}).flatMap(([name, setting]) => {
    const inner = itemsOf(`${path}.${name}`, setting);
    const isGroup = setting.type === 'object' && inner.length > 0;
    return [...(isGroup ? [] : [itemOf(`${path}.${name}`, setting, required?.includes(name) ?? false)]), ...inner];
  });
}

function itemOf(path: string, setting: JsonSchema, isRequired: boolean): string {
  if (setting.description === undefined) throw new Error(`${path} has no description.`);
  const fallback = setting.default === undefined ? [] : [`default \`${JSON.stringify(setting.default)}\``];
  const facts = [valueOf(setting), ...(isRequired ? ['required'] : fallback)];
  return `- \`${path}\` (${facts.join('; ')}): ${setting.description}`;
}

function valueOf({
  type,
  const: only,
  enum: values,
  anyOf,
  items,
  properties,
  additionalProperties,
  ...bounds
}: JsonSchema): string {
  if (anyOf)
    return anyOf
      .map(valueOf)
      .join(', ')
      .replace(/, (?!.*, )/, ' or ');
  if (values) return values.map((value) => `\`${value}\``).join(' | ');
  if (only !== undefined) return `\`${only}\``;
  if (type === 'array') return items?.properties ? 'list' : `list of ${valueOf(items ?? {})}`;
  if (properties) return `\`{ ${Object.keys(properties).join(', ')}: … }\``;
  if (additionalProperties) return `map to ${valueOf(additionalProperties)}`;
  if (type === 'string') return 'text';
  if (type === 'boolean') return '`true` or `false`';
  return `${type}${boundsOf(bounds)}`;
}

function boundsOf({ minimum, exclusiveMinimum, maximum = Infinity }: JsonSchema): string {
  const isBounded = maximum < Number.MAX_SAFE_INTEGER;
  if (exclusiveMinimum !== undefined) return ` above ${exclusiveMinimum}`;
  if (minimum === undefined) return '';
  return isBounded ? ` from ${minimum} to ${maximum}` : ` from ${minimum}`;
}
