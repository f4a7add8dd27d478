import { dirname, join, normalize } from 'node:path';
import { type Node, parseSync, type Program, visitorKeys } from 'oxc-parser';

/** A source file and its syntax tree; paths are relative to the repository. */
export interface Source {
  readonly path: string;
  readonly text: string;
  readonly program: Program;
  /** The line of an offset in the text, counted from 1. */
  lineOf(offset: number): number;
}

/** One import or re-export of one source file. */
export interface Import {
  readonly from: string;
  /** A file of the repository, the name of a package, or for a computed `import()` its expression in parentheses. */
  readonly to: string;
  readonly line: number;
  /** True if the statement or every one of its specifiers is type-only, and for `import()` types. */
  readonly isType: boolean;
  readonly isReexport: boolean;
}

/** A function, method, accessor or arrow function with a body. */
export interface SourceFunction {
  readonly file: string;
  /** Its own name, or the name of the variable, property or method that it defines. */
  readonly name: string | undefined;
  readonly line: number;
  /** From its first line to its last, including blank lines and comments. */
  readonly lines: number;
}

/** Parses TypeScript; throws if the text is not valid. */
export function parseSource(path: string, text: string): Source {
  const { program, errors } = parseSync(path, text);
  const [error] = errors;
  if (error) throw new Error(`${path}: ${error.message}\n${error.codeframe ?? ''}`);
  const lineEnds = [...text.matchAll(/\n/g)].map(({ index }) => index);
  const lineOf = (offset: number) => {
    const line = lineEnds.findIndex((end) => offset <= end);
    return (line === -1 ? lineEnds.length : line) + 1;
  };
  return { path, text, program, lineOf };
}

/** Visits a node and all its descendants, each with its ancestors, the nearest first. */
export function walk(
  node: Node,
  visit: (node: Node, ancestors: readonly Node[]) => void,
  ancestors: readonly Node[] = [],
): void {
  visit(node, ancestors);
  const children = (visitorKeys[node.type] ?? []).flatMap(
    (key) => node[key as keyof Node] as unknown as Node | null | (Node | null)[],
  );
  for (const child of children) if (child) walk(child, visit, [node, ...ancestors]);
}

/** The imports and re-exports of a source file, in the order of the text. */
export function importsOf({ path, text, program, lineOf }: Source): readonly Import[] {
  const found: Import[] = [];
  const add = (module: Node, isType: boolean, isReexport = false) => {
    const name = stringOf(module) ?? `(${text.slice(module.start, module.end)})`;
    const to = name.startsWith('.') ? normalize(join(dirname(path), name)) : name;
    found.push({ from: path, to, line: lineOf(module.start), isType, isReexport });
  };
  walk(program, (node) => {
    if (node.type === 'ImportDeclaration') {
      add(node.source, isTypeOnly(node.importKind, node.specifiers));
    } else if (node.type === 'ExportNamedDeclaration' && node.source) {
      add(node.source, isTypeOnly(node.exportKind, node.specifiers), true);
    } else if (node.type === 'ExportAllDeclaration') {
      add(node.source, node.exportKind === 'type', true);
    } else if (node.type === 'ImportExpression') {
      add(node.source, false);
    } else if (node.type === 'TSImportType') {
      add(node.source, true);
    } else if (node.type === 'TSExternalModuleReference') {
      add(node.expression, false);
    } else if (node.type === 'TSModuleDeclaration' && stringOf(node.id)?.startsWith('.')) {
      add(node.id, true);
    }
  });
  return found;
}

/** The functions of a source file, in the order of the text; declarations without a body are skipped. */
export function functionsOf({ path, program, lineOf }: Source): readonly SourceFunction[] {
  const found: SourceFunction[] = [];
  walk(program, (node, [parent]) => {
    const isFunction = node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression';
    if (!isFunction && node.type !== 'ArrowFunctionExpression') return;
    const line = lineOf(startOf(node, parent));
    const name = isFunction && node.id ? node.id.name : nameFrom(parent, node);
    found.push({ file: path, name, line, lines: lineOf(node.end) - line + 1 });
  });
  return found;
}

/** The value of a string literal, or of a template without expressions. */
export function stringOf(node: Node): string | undefined {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node.type === 'TemplateLiteral' && node.expressions.length === 0)
    return node.quasis[0]?.value.cooked ?? undefined;
  return undefined;
}

function isTypeOnly(kind: string | undefined, specifiers: readonly object[]): boolean {
  const isType = (each: object) =>
    ('importKind' in each && each.importKind === 'type') || ('exportKind' in each && each.exportKind === 'type');
  return kind === 'type' || (specifiers.length > 0 && specifiers.every(isType));
}

/** A method's function node starts at its parameters; its parent node starts at `async` or the name. */
function startOf(node: Node, parent: Node | undefined): number {
  const isMethod = parent?.type === 'MethodDefinition' || (parent?.type === 'Property' && parent.method);
  const isAccessor = parent?.type === 'Property' && parent.kind !== 'init';
  return isMethod || isAccessor ? parent.start : node.start;
}

function nameFrom(parent: Node | undefined, node: Node): string | undefined {
  if (parent?.type === 'VariableDeclarator') return parent.id.type === 'Identifier' ? parent.id.name : undefined;
  if (parent?.type === 'AssignmentExpression') return parent.left.type === 'Identifier' ? parent.left.name : undefined;
  const isMember =
    parent?.type === 'Property' || parent?.type === 'MethodDefinition' || parent?.type === 'PropertyDefinition';
  if (!isMember || parent.value !== node) return undefined;
  const { key } = parent;
  return key.type === 'Identifier' || key.type === 'PrivateIdentifier' ? key.name : stringOf(key);
}
