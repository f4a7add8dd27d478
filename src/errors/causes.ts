/**
 * Describes the cause of an error for operators: its name and message, then the messages of its own causes, such as
 * `AggregateError: connect ECONNREFUSED ::1:443: connect ECONNREFUSED 127.0.0.1:443`.
 */
export function describeCause({ cause }: Error): string | undefined {
  return cause instanceof Error ? `${cause.name}: ${messagesOf(cause).join(': ')}` : undefined;
}

function messagesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const inner: unknown[] = error instanceof AggregateError ? error.errors : [error.cause];
  return [error.message, ...inner.flatMap(messagesOf)].filter((message) => message !== '');
}
