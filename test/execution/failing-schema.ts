import {
  buildSchema,
  type GraphQLFieldResolver,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  GraphQLError,
  type GraphQLScalarType,
  type GraphQLSchema,
  type GraphQLUnionType,
  isLeafType,
  isListType,
  isNonNullType,
  type GraphQLOutputType,
  responsePathAsArray,
} from 'graphql';

/** What the resolvers of the failing schema are executed with. */
export interface FailingContext {
  /** Selects what each resolver does, by its path. */
  readonly seed: number;
  /** The share of the positions that fail, in percent. */
  readonly failures: number;
  /** The share of the positions that are late, in percent. */
  readonly late: number;
  /** The paths of the resolvers, in the order of their calls. */
  readonly calls: string[];
  /** Whether no engine may look at the values, because they are late or in a list. */
  readonly isSkippable?: boolean;
}

const kinds = ['String', 'Int', 'Float', 'Boolean', 'ID', 'Color', 'Moment', 'Odd', 'A', 'Named', 'Any', 'Strict'];
const wrappers = ['X', 'X!', '[X]', '[X!]', '[X]!', '[X!]!', '[[X!]]', '[[X]!]!'];

const fields = kinds
  .flatMap((kind) => wrappers.map((wrapper, index) => `${kind.toLowerCase()}${index}: ${wrapper.replace('X', kind)}`))
  .join('\n');

/** Creates a schema of all combinations of types, whose resolvers fail, are late or return wrong values. */
export function createFailingSchema(): GraphQLSchema {
  const schema = buildSchema(`
    scalar Moment
    scalar Odd
    enum Color { RED GREEN }
    input Wanted { text: String = "default", list: [Int!] }
    input Choice @oneOf { text: String, wanted: Wanted }
    interface Named { name(text: String = "x", wanted: Wanted, choice: Choice): String! ${fields} }
    union Any = A | B | Strict
    type A implements Named { name(text: String = "x", wanted: Wanted, choice: Choice): String! ${fields} }
    type B implements Named { name(text: String = "x", wanted: Wanted, choice: Choice): String! ${fields} }
    type Strict { own: Int! ${fields} }
    type Query { name(text: String = "x", wanted: Wanted, choice: Choice): String! ${fields} }
  `);
  const objects = ['Query', 'A', 'B', 'Strict'].map((name) => schema.getType(name) as GraphQLObjectType);
  for (const type of objects) for (const field of Object.values(type.getFields())) field.resolve = resolve;
  (schema.getType('Named') as GraphQLInterfaceType).resolveType = resolveType;
  (schema.getType('Any') as GraphQLUnionType).resolveType = resolveType;
  (schema.getType('Strict') as GraphQLObjectType).isTypeOf = isStrict as never;
  (schema.getType('Moment') as GraphQLScalarType).coerceOutputValue = (value) => new Date(Number(value) || 0);
  (schema.getType('Odd') as GraphQLScalarType).coerceOutputValue = oddly;
  return schema;
}

const resolve: GraphQLFieldResolver<unknown, FailingContext> = (_source, args, context, info) => {
  const place = responsePathAsArray(info.path).join('.');
  context.calls.push(place);
  const hash = hashOf(`${context.seed} ${place}`);
  if (info.fieldName === 'name' && hash % 3 > 0) return JSON.stringify(args);
  return decide(hash, context, info.returnType);
};

function resolveType(value: unknown, context: unknown): any {
  const hash = hashOf(`${(context as FailingContext).seed} type ${JSON.stringify(value)}`);
  const { failures } = context as FailingContext;
  const isWrong = hash % 100 < failures / 2;
  const name = isWrong ? ['Color', 'Nothing', 'Query', undefined, 7, 'Strict'][hash % 6] : hash % 2 ? 'A' : 'B';
  if (isWrong && hash % 7 === 0) throw new Error('The type fails.');
  return hash % 5 === 0 ? later(hash, () => name) : name;
}

function isStrict(value: unknown, context: unknown): unknown {
  const hash = hashOf(`${(context as FailingContext).seed} strict ${JSON.stringify(value)}`);
  const isOfType = hash % 100 >= (context as FailingContext).failures / 2;
  return hash % 4 === 0 ? later(hash, () => isOfType) : isOfType;
}

function oddly(value: unknown): unknown {
  const hash = hashOf(String(value));
  if (hash % 9 === 0) return null;
  if (hash % 9 === 1) throw new GraphQLError('Too odd.', { extensions: { code: 'ODD' } });
  return [{ a: [1, 'é"\n'], b: undefined }, [], 'text', -0, NaN, true, { toJSON: () => 'json' }][hash % 7];
}

/** Returns what a position contains: a value, null, an error, or a promise of one of them. */
function decide(hash: number, context: FailingContext, type: GraphQLOutputType): unknown {
  const next = hashOf(String(hash));
  if (hash % 100 < context.late) return later(next, () => outcome(next, { ...context, isSkippable: true }, type));
  return outcome(next, context, type);
}

function outcome(hash: number, context: FailingContext, type: GraphQLOutputType): unknown {
  const next = hashOf(`next ${hash}`);
  if (hash % 100 < context.failures) {
    const kind = next % 6;
    if (kind === 0) throw new Error(`Fails ${hash}.`);
    if (kind === 1) throw new GraphQLError(`Refused ${hash}.`, { extensions: { code: 'REFUSED' } });
    if (kind === 2) return new Error(`Returned ${hash}.`);
    if (kind === 3) return null;
    // oxlint-disable-next-line typescript/only-throw-error -- resolvers can throw anything
    if (kind === 4) throw `text ${hash}`;
    return [undefined, Symbol.for('wrong'), {}, 'wrong', -1.5, [[{}]]][next % 7];
  }
  if (isNonNullType(type)) return outcome(next, { ...context, failures: 0 }, type.ofType);
  if (isListType(type)) {
    const items = Array.from({ length: next % 4 }, (_, index) =>
      caught(hashOf(`${next} ${index}`), { ...context, isSkippable: true }, type.ofType),
    );
    // No engine looks into a list that follows an item that fails, or that arrives after the response.
    if (context.isSkippable) void Promise.allSettled(items);
    // graphql-js does not handle the rejection of an item that occurs while it waits for the next.
    if (next % 11 === 0 && isLeafType(type.ofType) && !items.some((item) => item instanceof Promise)) {
      return arriving(items);
    }
    return next % 7 === 0 ? new Set(items) : items;
  }
  return sample(type.name, next);
}

async function* arriving(items: readonly unknown[]): AsyncGenerator {
  for (const item of items) yield item;
}

/** An item of a list cannot throw, but it can reject. */
function caught(hash: number, context: FailingContext, type: GraphQLOutputType): unknown {
  try {
    return decide(hash, context, type);
  } catch (error) {
    return hash % 2 ? Promise.reject(error) : error;
  }
}

function sample(name: string, hash: number): unknown {
  const texts = [
    '',
    'plain',
    'a "quoted" \\ text',
    'line\nfeed',
    'é ü ñ',
    '日本',
    '😀',
    '\ud800',
    '\u007f\u2028',
    'long '.repeat(40),
    'lång '.repeat(40),
  ];
  if (name === 'String' || name === 'ID') return [...texts, 12, true][hash % (name === 'ID' ? 12 : 13)];
  if (name === 'Int') return [0, -0, 7, -2147483648, '12', true][hash % 6];
  if (name === 'Float') return [0, 1.5, 1e300, 1e-7, '2.5', false][hash % 6];
  if (name === 'Boolean') return [true, false, 1, 0][hash % 4];
  if (name === 'Color') return ['RED', 'GREEN'][hash % 2];
  return name === 'Moment' || name === 'Odd' ? hash : { id: hash };
}

async function later<Value>(hash: number, outcomeOf: () => Value): Promise<Value> {
  for (let turn = 0; turn < hash % 5; turn += 1) await Promise.resolve();
  if (hash % 13 === 0) await new Promise(setImmediate);
  return outcomeOf();
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash ^ (hash >>> 13)) >>> 0;
}
