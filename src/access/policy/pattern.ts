/** Whether a text consists of these parts, in order, with any text between them: a pattern that was split at `*`. */
export function hasParts(text: string, [start = '', ...others]: readonly string[]): boolean {
  const middle = [...others];
  const end = middle.pop();
  if (end === undefined) return text === start;
  if (!text.startsWith(start)) return false;
  let from = start.length;
  for (const part of middle) {
    const at = text.indexOf(part, from);
    if (at === -1) return false;
    from = at + part.length;
  }
  return text.length - end.length >= from && text.endsWith(end);
}
