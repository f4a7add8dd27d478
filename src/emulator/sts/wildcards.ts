/** Whether a text matches an IAM pattern, in which `*` is any text and `?` any character. */
export function isLike(text: string, pattern: string, { ignoresCase = false } = {}): boolean {
  if (ignoresCase) return isLike(text.toLowerCase(), pattern.toLowerCase());
  let [at, next] = [0, 0];
  // Only the last `*` can need to match more: what precedes it has matched as early in the text as possible.
  let lastStar = -1;
  let starEnd = 0;
  while (at < text.length) {
    if (pattern[next] === '*') {
      [lastStar, starEnd] = [next, at];
      next += 1;
    } else if (pattern[next] === '?' || pattern[next] === text[at]) {
      at += 1;
      next += 1;
    } else if (lastStar === -1) {
      return false;
    } else {
      starEnd += 1;
      [at, next] = [starEnd, lastStar + 1];
    }
  }
  return pattern.slice(next).replaceAll('*', '') === '';
}
