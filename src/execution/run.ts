import type {
  FieldNode,
  FragmentDefinitionNode,
  GraphQLField,
  GraphQLObjectType,
  GraphQLOutputType,
  GraphQLResolveInfo,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql';
import { CollectedErrors, type Path } from './path.ts';

/** The coerced values of the variables of an operation. */
export type VariableValues = GraphQLResolveInfo['variableValues'];

/** The parts of an operation that do not change between its executions. */
export interface Operation {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
}

/** What executes an operation. */
export interface ExecutionRequest {
  readonly contextValue: unknown;
  readonly variableValues: VariableValues;
  readonly rootValue?: unknown;
  /** Whether errors of arguments suggest no similar names. */
  readonly hideSuggestions?: boolean;
}

/** One execution of an operation. */
export class Run {
  readonly operation: Operation;
  readonly contextValue: unknown;
  readonly variableValues: VariableValues;
  readonly rootValue: unknown;
  readonly hideSuggestions: boolean;
  readonly errors = new CollectedErrors();
  #controller: AbortController | undefined;

  constructor(operation: Operation, request: ExecutionRequest) {
    this.operation = operation;
    this.contextValue = request.contextValue;
    this.variableValues = request.variableValues;
    this.rootValue = request.rootValue;
    this.hideSuggestions = request.hideSuggestions ?? false;
  }

  get signal(): AbortSignal {
    return (this.#controller ??= new AbortController()).signal;
  }

  /** Ends what resolvers have bound to the signal of the execution. */
  finish(): void {
    this.#controller?.abort();
  }
}

/** The field that a resolver resolves; its parts are read from the operation when they are used. */
export class ResolveInfo implements GraphQLResolveInfo {
  readonly #run: Run;
  readonly #field: GraphQLField<unknown, unknown>;
  readonly fieldNodes: readonly FieldNode[];
  readonly parentType: GraphQLObjectType;
  readonly path: Path;

  constructor(
    run: Run,
    field: GraphQLField<unknown, unknown>,
    { nodes, parentType }: { readonly nodes: readonly FieldNode[]; readonly parentType: GraphQLObjectType },
    path: Path,
  ) {
    this.#run = run;
    this.#field = field;
    this.fieldNodes = nodes;
    this.parentType = parentType;
    this.path = path;
  }

  get fieldName(): string {
    return this.#field.name;
  }
  get returnType(): GraphQLOutputType {
    return this.#field.type;
  }
  get schema(): GraphQLSchema {
    return this.#run.operation.schema;
  }
  get fragments(): Operation['fragments'] {
    return this.#run.operation.fragments;
  }
  get rootValue(): unknown {
    return this.#run.rootValue;
  }
  get operation(): OperationDefinitionNode {
    return this.#run.operation.operation;
  }
  get variableValues(): VariableValues {
    return this.#run.variableValues;
  }
  readonly getAbortSignal = (): AbortSignal => this.#run.signal;
  readonly getAsyncHelpers: GraphQLResolveInfo['getAsyncHelpers'] = () => ({
    promiseAll: (values) => Promise.all(values),
    track: () => {},
  });
}
