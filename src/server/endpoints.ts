import { partition } from '@aws-sdk/core/client';
import { getProfileName, loadSharedConfigFiles, type Profile } from '@smithy/core/config';
import { isLoopback } from './authentication/loopback.ts';

/** A configured endpoint; the name is that of its setting, for messages. */
type Endpoint = readonly [name: string, url: string | undefined];

/**
 * Returns the endpoints of environment variables that are not of AWS although the credentials could be, in complete
 * sentences. Credentials issued by AWS must not be sent to a host outside AWS. With a web identity token, as in a pod of
 * Amazon EKS, AWS_ENDPOINT_URL can be on this machine, because it also issues the credentials.
 */
export function environmentEndpointProblems(environment: NodeJS.ProcessEnv): string[] {
  if (ignoresEndpoints(environment) || isEmulated(keyIn(environment))) return [];
  const endpoints = Object.entries(environment).filter(([name]) => /^AWS_ENDPOINT_URL(_\w+)?$/.test(name));
  return foreign(endpoints)
    .filter(([, url]) => !issuesOwnCredentials(environment) || !isOnThisMachine(url))
    .map((endpoint) => describe(endpoint, 'AWS_ACCESS_KEY_ID'));
}

/**
 * Returns the endpoints of the SDK's profile that are not of AWS although the credentials could be, in complete
 * sentences. With credentials that are not in the environment, a profile can also have an endpoint on this machine.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export async function profileEndpointProblems(environment: NodeJS.ProcessEnv): Promise<string[]> {
  const { AWS_ENDPOINT_URL } = environment;
  const isIssuer = issuesOwnCredentials(environment);
  // AWS_ENDPOINT_URL takes precedence over every endpoint of the profile.
  if (ignoresEndpoints(environment) || (AWS_ENDPOINT_URL && !isIssuer)) return [];
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  const name = getProfileName({});
  const profile: Profile = { ...credentialsFile[name], ...configFile[name] };
  // For keys, the SDK prefers the other file.
  const profileKey = keyOf({ ...configFile[name], ...credentialsFile[name] });
  if (AWS_ENDPOINT_URL && isIssuer) {
    // Credentials of the profile take precedence over the token, and would be sent to the endpoint.
    const hasCredentials = credentialSettings.some((setting) => profile[setting] !== undefined);
    if (!hasCredentials || isEmulated(profileKey)) return [];
    return foreign([['AWS_ENDPOINT_URL', AWS_ENDPOINT_URL]]).map((endpoint) =>
      describe(endpoint, 'aws_access_key_id of the profile'),
    );
  }
  const key = keyIn(environment);
  // The environment takes precedence.
  const isIgnored = profile['ignore_configured_endpoint_urls'] === 'true';
  if (isIgnored && !environment.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS) return [];
  if (isEmulated(key ?? profileKey)) return [];
  const services = configFile[`services.${profile['services']}`] ?? {};
  const endpoints: Endpoint[] = [
    [`endpoint_url of the profile ${name}`, profile['endpoint_url']],
    ...Object.entries(services)
      .filter(([setting]) => setting.endsWith('.endpoint_url'))
      .map(([setting, url]) => [`${setting} of the services section ${profile['services']}`, url] as const),
  ];
  return foreign(endpoints)
    .filter(([, url]) => key !== undefined || !isOnThisMachine(url))
    .map((endpoint) =>
      describe(endpoint, key === undefined ? 'aws_access_key_id of the profile' : 'AWS_ACCESS_KEY_ID'),
    );
}

/** The settings with which a profile provides credentials. */
const credentialSettings = [
  'aws_access_key_id',
  'role_arn',
  'credential_process',
  'login_session',
  'sso_session',
  'sso_start_url',
];

/** Whether the credentials are those that an endpoint of AWS STS on this machine issues for a web identity token. */
function issuesOwnCredentials(environment: NodeJS.ProcessEnv): boolean {
  const { AWS_ENDPOINT_URL, AWS_PROFILE, AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE } = environment;
  if (!AWS_ENDPOINT_URL || !AWS_ROLE_ARN || !AWS_WEB_IDENTITY_TOKEN_FILE || AWS_PROFILE) return false;
  // With an endpoint of AWS, AWS issues them, and an endpoint of a single service would receive them.
  if (!isOnThisMachine(AWS_ENDPOINT_URL)) return false;
  return keyIn(environment) === undefined && !environment['AWS_ENDPOINT_URL_STS'];
}

function isOnThisMachine(url: string): boolean {
  return isLoopback(URL.parse(url)?.hostname ?? '');
}

/** Returns the access key in the environment; the SDK ignores it without a secret, and if AWS_PROFILE is set. */
function keyIn(environment: NodeJS.ProcessEnv): string | undefined {
  const { AWS_PROFILE, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = environment;
  return AWS_PROFILE || !AWS_SECRET_ACCESS_KEY ? undefined : AWS_ACCESS_KEY_ID;
}

/** Returns the access key of a profile; the SDK ignores it without a secret, and if the profile assumes a role. */
function keyOf(profile: Profile): string | undefined {
  const isUsed = profile['aws_secret_access_key'] !== undefined && profile['role_arn'] === undefined;
  return isUsed ? profile['aws_access_key_id'] : undefined;
}

/** Whether AWS never issued such an access key. */
function isEmulated(key: string | undefined): boolean {
  return key !== undefined && /^(?!AKIA|ASIA)./.test(key);
}

function ignoresEndpoints({ AWS_IGNORE_CONFIGURED_ENDPOINT_URLS }: NodeJS.ProcessEnv): boolean {
  return AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === 'true';
}

function foreign(endpoints: readonly Endpoint[]): (readonly [name: string, url: string])[] {
  return endpoints.flatMap(([name, url]) => (!url || isOfAws(url) ? [] : [[name, url] as const]));
}

/** Whether a URL is in the domain of the AWS partition of a region that its host name contains. */
function isOfAws(url: string): boolean {
  const { protocol, hostname = '' } = URL.parse(url) ?? {};
  if (protocol !== 'https:') return false;
  return hostname.split('.').some((label) => {
    // For a label that is no region, this is the partition `aws`.
    const { dnsSuffix, dualStackDnsSuffix } = partition(label);
    return [dnsSuffix, dualStackDnsSuffix].some((suffix) => hostname.endsWith(`.${suffix}`));
  });
}

function describe([name, url]: readonly [string, string], key: string): string {
  const setting = name.split(' ', 1).join('');
  // A URL can contain a password.
  const shown = JSON.stringify(
    url
      .split(/(?<=[/\\])/)
      .map(withoutUser)
      .join(''),
  );
  return `${name} is ${shown}, which is not an AWS endpoint, but the credentials could be real. Unset ${setting}, or for an emulator set ${key} to an account id, such as 123456789012, with any secret access key.`;
}

function withoutUser(part: string): string {
  return part.slice(part.lastIndexOf('@') + 1);
}
