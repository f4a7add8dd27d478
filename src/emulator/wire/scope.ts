import type { IncomingMessage } from 'node:http';

/** The caller, region and service in a request's SigV4 signature; the signature itself is not verified. */
export interface Scope {
  readonly accessKeyId?: string;
  readonly region?: string;
  readonly service?: string;
  readonly sessionToken?: string;
}

/**
 * Reads the credential scope from the Authorization header or from a presigned query string.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function readScope(request: IncomingMessage, query: URLSearchParams): Scope {
  const header = /Credential=([^,\s]+)/.exec(request.headers.authorization ?? '')?.[1];
  const credential = header ?? query.get('X-Amz-Credential') ?? '';
  const token = request.headers['x-amz-security-token'] ?? query.get('X-Amz-Security-Token');
  const sessionToken = typeof token === 'string' ? { sessionToken: token } : {};
  const [, accessKeyId, region, service] =
    /^(.+)\/\d{8}\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request$/.exec(credential) ?? [];
  if (!accessKeyId || !region || !service) return sessionToken;
  return { accessKeyId, region, service, ...sessionToken };
}
