import {
  type DocumentNode,
  getNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  isUnionType,
  type SelectionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { selections, withSelections } from '../../../cookbook/documents.ts';
import { isAnswered } from '../../../fleet/reports.ts';
import { hidden, isObject, valueAt } from './hidden.ts';

const ofList = selections(`{
  ${hidden}isComplete: isComplete
  ${hidden}sources: sources { status source { account accountName region service } error { code message } }
}`);
const ofCount = selections(`{ ${hidden}precision: precision }`);
const ofResult = selections(`{ ... on Error { ${hidden}error: message ${hidden}code: code } }`);
const ofItem = selections(`{ ${hidden}failure: error { code message } }`);

/** Adds to a document what shows whether its response is complete: see `outcomeOf`. */
export function withCompleteness(schema: GraphQLSchema, document: DocumentNode): DocumentNode {
  const types = new TypeInfo(schema);
  return visit(
    document,
    visitWithTypeInfo(types, {
      Field: {
        leave: (field) =>
          field.selectionSet ? withSelections(field, addedTo(types.getType() ?? undefined)) : undefined,
      },
    }),
  );
}

function addedTo(type: GraphQLOutputType | undefined): readonly SelectionNode[] {
  const named = getNamedType(type);
  if (isUnionType(named)) return named.getTypes().some(isError) ? ofResult : [];
  if (!isObjectType(named)) return [];
  const { isComplete, sources, precision, error } = named.getFields();
  if (isComplete && sources) return ofList;
  if (named.name === 'Count' && precision) return ofCount;
  const failure = error && getNamedType(error.type);
  return isInterfaceType(failure) && failure.name === 'Error' ? ofItem : [];
}

function isError(type: { getInterfaces(): readonly { readonly name: string }[] }): boolean {
  return type.getInterfaces().some(({ name }) => name === 'Error');
}

/** What a response says about itself. */
export interface Outcome {
  /** Whether every list, summary and count includes everything. */
  readonly isComplete: boolean;
  /** The sources that did not answer in full, each with the reason. */
  readonly sources: readonly string[];
  /** The typed errors of mutations. */
  readonly failures: readonly string[];
  /** The errors of single items of a batch. */
  readonly items: readonly string[];
  /** The number of items of a batch that succeeded. */
  readonly succeeded: number;
}

/** Reads what `withCompleteness` has added to a document. */
export function outcomeOf(data: unknown): Outcome {
  const found = { incomplete: 0, sources: new Set<string>(), failures: [] as string[], items: [] as string[] };
  let succeeded = 0;
  const read = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(read);
    if (!isObject(value)) return;
    if (value[`${hidden}isComplete`] === false || value[`${hidden}precision`] === 'AT_LEAST') found.incomplete += 1;
    if (value[`${hidden}code`] !== undefined) {
      found.failures.push(describe(value[`${hidden}code`], value[`${hidden}error`]));
    }
    const failure = value[`${hidden}failure`];
    if (isObject(failure)) found.items.push(describe(failure['code'], failure['message']));
    else if (failure === null) succeeded += 1;
    const sources = value[`${hidden}sources`];
    for (const each of Array.isArray(sources) ? sources : []) {
      const status = String(valueAt(each, ['status']));
      if (!isAnswered({ status })) found.sources.add(describeSource(each, status));
    }
    for (const [key, each] of Object.entries(value)) if (!key.startsWith(hidden)) read(each);
  };
  read(data);
  const { incomplete, sources, failures, items } = found;
  return { isComplete: incomplete === 0, sources: [...sources], failures, items, succeeded };
}

function describeSource(report: unknown, status: string): string {
  const textAt = (...path: string[]) => {
    const value = valueAt(report, path);
    return typeof value === 'string' ? value : '';
  };
  const [account, accountName] = [textAt('source', 'account'), textAt('source', 'accountName')];
  const owner = accountName === '' ? account : `${accountName} (${account})`;
  const message = textAt('error', 'message');
  const source = `${owner} ${textAt('source', 'region')} ${textAt('source', 'service')}`;
  return `${source}: ${status}${message === '' ? '' : `: ${message}`}`;
}

function describe(code: unknown, message: unknown): string {
  return `${String(message)} (${String(code)})`;
}
