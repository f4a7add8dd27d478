/** Whether a text matches an IAM pattern, in which `*` is any text and `?` any character. */
export function isLike(text: string, pattern: string, flags = ''): boolean {
  const source = pattern
    .replaceAll(/[^\w*?]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, `s${flags}`).test(text);
}
