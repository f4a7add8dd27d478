import type { MaybePromise } from '../snapshots/maybe.ts';
import { type FieldPlan, isPromiseLike, writeField } from './fields.ts';
import type { KeptTexts } from './kept-texts.ts';
import type { Path } from './path.ts';
import type { Run } from './run.ts';

/** Writes the selected fields of an object. */
export type WriteObject = (run: Run, source: unknown, at: Path | undefined) => MaybePromise<string>;

/** A sequence of pure fields, or of fields that are not. */
interface Part {
  readonly fields: readonly FieldPlan[];
  readonly isPure: boolean;
}

/** A text, or the promise of a text; null is written as such. */
export type Later = string | null | Promise<string | null>;

/**
 * Creates the writer of an object from its fields. The texts of the pure fields of an object that lasts are kept, unless
 * one of them has failed.
 */
export function createObjectWriter(
  fields: readonly FieldPlan[],
  kept: KeptTexts,
  lasts: (source: unknown) => source is object,
): WriteObject {
  const parts = partsOf(fields);
  return (run, source, at) => {
    const lasting = lasts(source) ? source : undefined;
    const members = new Members();
    try {
      for (const part of parts) {
        const keeper = part.isPure ? lasting : undefined;
        const known = keeper && kept.get(keeper, part);
        if (known !== undefined) {
          members.add(known);
          continue;
        }
        const failures = run.errors.list.length;
        const own = writePart(run, source, part, at, members);
        if (keeper && own !== undefined && failures === run.errors.list.length) kept.set(keeper, part, own);
      }
    } catch (error) {
      ignore(members.waiting);
      throw error;
    }
    return members.end();
  };
}

/** Writes the fields of a part; returns their text, or undefined if one of them waits. */
function writePart(
  run: Run,
  source: unknown,
  { fields }: Part,
  at: Path | undefined,
  members: Members,
): string | undefined {
  let text = '';
  let waits = false;
  for (const field of fields) {
    const written = writeField(run, source, field, at);
    if (text !== '') text += ',';
    text += field.prefix;
    if (written === null) text += 'null';
    else if (typeof written === 'string') text += written;
    else {
      members.wait(text, written);
      text = '';
      waits = true;
    }
  }
  if (text !== '') members.add(text);
  return waits ? undefined : text;
}

/** The members of an object in JSON. */
class Members {
  readonly waiting: Later[] = [];
  #text = '{';
  #before = '';

  /** Adds members, which are separated by commas. */
  add(text: string): void {
    this.#text += this.#before + text;
    this.#before = ',';
  }

  /** Adds members, the last of which has no value yet. */
  wait(text: string, value: Promise<string | null>): void {
    this.add(text);
    this.waiting.push(this.#text, value);
    this.#text = '';
  }

  /** Returns the text of the object, when it has all values. */
  end(): MaybePromise<string> {
    const text = `${this.#text}}`;
    if (this.waiting.length === 0) return text;
    // GraphQL.js creates the object one tick after its last member.
    return joinLater([...this.waiting, text], (texts) => texts.join('')).then((joined) => joined);
  }
}

/**
 * Joins texts when the last of them is there, in the same tick in which Promise.all would resolve, because the order of
 * errors depends on it.
 */
export function joinLater(texts: readonly Later[], join: (texts: readonly string[]) => string): Promise<string> {
  const known = texts.map((each) => (typeof each === 'string' ? each : 'null'));
  let waiting = 0;
  return new Promise((resolve, reject) => {
    for (const [index, each] of texts.entries()) {
      if (typeof each !== 'object' || each === null) continue;
      waiting += 1;
      const add = (text: string | null) => {
        known[index] = text ?? 'null';
        waiting -= 1;
        if (waiting === 0) resolve(join(known));
      };
      each.then(add, reject);
    }
  });
}

/** Lets promises fail whose values are no longer needed. */
export function ignore(texts: readonly Later[]): void {
  for (const each of texts) if (isPromiseLike(each)) each.then(undefined, () => {});
}

/** Splits fields into the longest sequences of pure fields, and of others. */
function partsOf(fields: readonly FieldPlan[]): readonly Part[] {
  const parts: { fields: FieldPlan[]; isPure: boolean }[] = [];
  for (const field of fields) {
    const last = parts.at(-1);
    if (last?.isPure === field.isPure) last.fields.push(field);
    else parts.push({ fields: [field], isPure: field.isPure });
  }
  return parts;
}
