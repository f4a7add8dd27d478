import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument, type YAMLError } from 'yaml';

/** The content of a YAML file, or why it cannot be read, without a text of the file, which can be a secret. */
export type YamlFile = { readonly value: unknown } | { readonly problem: string };

/** Reads a YAML file. Rejects unknown tags and directives, too. */
export function readYaml(path: string): YamlFile {
  try {
    const lines = new LineCounter();
    const document = parseDocument(readFileSync(path, 'utf8'), {
      lineCounter: lines,
      // The text of a pretty error contains lines of the file.
      prettyErrors: false,
      // Rejects keys that are lists or maps, which a warning of the process would quote.
      stringKeys: true,
    });
    const [error] = [...document.errors, ...document.warnings];
    if (error === undefined) return { value: document.toJS() as unknown };
    const { line, col } = lines.linePos(error.pos[0]);
    return { problem: `${path} cannot be read: ${describe(error)} at line ${line}, column ${col}.` };
  } catch (error) {
    // For an alias without an anchor, and for too many aliases.
    const isOfYaml = error instanceof ReferenceError;
    return { problem: `${path} cannot be read: ${isOfYaml ? withoutQuote(error) : (error as Error).message}.` };
  }
}

/** Messages for errors whose own messages quote the file without a colon before the quotation. */
const messages: Partial<Record<YAMLError['code'], string>> = {
  BAD_DIRECTIVE: 'Invalid directive',
  BAD_DQ_ESCAPE: 'Invalid escape sequence',
  TAG_RESOLVE_FAILED: 'Unresolved tag',
};

function describe(error: YAMLError): string {
  return messages[error.code] ?? withoutQuote(error);
}

/** Returns the message up to the colon behind which it quotes the file. */
function withoutQuote({ message }: Error): string {
  return message.replace(/([\w)]): .*/s, '$1');
}
