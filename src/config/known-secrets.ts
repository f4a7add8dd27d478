interface Secretive {
  readonly ownSecrets?: readonly string[] | undefined;
  readonly authentication?: { readonly secret?: string | undefined } | undefined;
  readonly cursorKeys?: readonly string[] | undefined;
  readonly redis?: string | undefined;
  readonly proxy?: { readonly HTTP_PROXY?: string | undefined; readonly HTTPS_PROXY?: string | undefined } | undefined;
}

/**
 * Returns the secrets of a configuration, its accounts and the credentials of the environment, which no output may
 * contain; passwords of URLs also as they are without percent-encoding.
 */
export function secretsOf(
  { ownSecrets = [], authentication, cursorKeys = [], redis, proxy }: Secretive,
  accounts: readonly { readonly externalId?: string | undefined }[],
): readonly string[] {
  const urls = [redis, proxy?.HTTP_PROXY, proxy?.HTTPS_PROXY].flatMap((text) => {
    const { password = '' } = URL.parse(text ?? '') ?? {};
    return [password, decoded(password)];
  });
  const ids = accounts.map(({ externalId }) => externalId);
  const secrets = [authentication?.secret, ...cursorKeys, ...urls, ...ids, ...ownSecrets];
  return secrets.flatMap((secret) => secret || []);
}

/** Returns a text without percent-encoding; one that is not encoded is returned unchanged. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
