/** A growing buffer that JSON is written to, and how far it is filled. */
export interface Sink {
  bytes: Buffer;
  position: number;
}

/** Shorter texts are copied here; longer texts by Node.js, whose call costs more than the copy of a short text. */
const longestCopied = 48;

/** Creates an empty sink with room for this number of bytes. */
export function createSink(size: number): Sink {
  return { bytes: Buffer.allocUnsafe(size), position: 0 };
}

/** Makes room for this number of additional bytes. */
export function reserve(sink: Sink, length: number): void {
  const needed = sink.position + length;
  if (needed <= sink.bytes.length) return;
  const grown = Buffer.allocUnsafe(Math.max(needed, 2 * sink.bytes.length));
  sink.bytes.copy(grown, 0, 0, sink.position);
  sink.bytes = grown;
}

export function writeByte(sink: Sink, byte: number): void {
  reserve(sink, 1);
  sink.bytes[sink.position++] = byte;
}

/** Writes bytes that are already JSON. */
export function writeBytes(sink: Sink, json: Uint8Array): undefined {
  const { length } = json;
  reserve(sink, length);
  const { bytes, position } = sink;
  if (length > longestCopied) bytes.set(json, position);
  else for (let index = 0; index < length; index += 1) bytes[position + index] = json[index] ?? 0;
  sink.position = position + length;
}

/** Writes a text that is already JSON, and all of whose characters have one byte. */
export function writeLatin1(sink: Sink, json: string): void {
  reserve(sink, json.length);
  sink.position += sink.bytes.write(json, sink.position, 'latin1');
}

/** Writes a string as JSON, exactly as `JSON.stringify` does. */
export function writeString(sink: Sink, text: string): undefined {
  const { length } = text;
  if (length > longestCopied) return writeLong(sink, text);
  reserve(sink, length + 2);
  const { bytes, position } = sink;
  bytes[position] = quote;
  for (let index = 0; index < length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code > 0x7e || code === quote || code === backslash) return writeEscaped(sink, text);
    bytes[position + 1 + index] = code;
  }
  bytes[position + 1 + length] = quote;
  sink.position = position + length + 2;
}

const quote = 0x22;
const backslash = 0x5c;
/** Characters that JSON escapes or UTF-8 encodes in several bytes. */
const special = /[^ !#-[\]-~]/;

function writeLong(sink: Sink, text: string): undefined {
  if (special.test(text)) return writeEscaped(sink, text);
  reserve(sink, text.length + 2);
  sink.bytes[sink.position] = quote;
  sink.bytes.write(text, sink.position + 1, 'latin1');
  sink.bytes[sink.position + 1 + text.length] = quote;
  sink.position += text.length + 2;
}

function writeEscaped(sink: Sink, text: string): undefined {
  return writeText(sink, JSON.stringify(text));
}

/** Writes a text that is already JSON. */
export function writeText(sink: Sink, json: string): undefined {
  reserve(sink, 3 * json.length);
  sink.position += sink.bytes.write(json, sink.position, 'utf8');
}
