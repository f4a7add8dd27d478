import { isLoopback } from './authentication/loopback.ts';
import type { AuthenticationSettings } from './authentication/settings.ts';

/** The settings that decide whether a command is safe to start. */
export interface Start {
  readonly command: 'dev' | 'serve' | 'emulator' | 'doctor';
  readonly host: string;
  /** The setting that `host` comes from, for messages. */
  readonly hostName?: string;
  readonly authentication?: AuthenticationSettings | undefined;
  /** Whether requests without authentication are explicitly allowed. */
  readonly allowsAnonymous: boolean;
}

/** Returns the reasons not to start, in complete sentences; empty if the command is safe to start. */
export function startUpProblems(start: Start, environment: NodeJS.ProcessEnv): string[] {
  const problems = [emulatorProblem(start, environment), anonymityProblem(start)];
  if (start.command === 'serve' || start.command === 'doctor') problems.push(...endpointProblems(environment));
  return problems.filter((problem) => problem !== undefined);
}

function emulatorProblem({ command }: Start, { NODE_ENV }: NodeJS.ProcessEnv): string | undefined {
  if (command === 'serve' || command === 'doctor' || NODE_ENV !== 'production') return undefined;
  return `The emulator does not start if NODE_ENV is production. Use \`snapgate serve\`, or unset NODE_ENV.`;
}

function anonymityProblem(start: Start): string | undefined {
  const { command, host, hostName = 'HOST', authentication, allowsAnonymous } = start;
  if (command === 'emulator' || command === 'doctor' || authentication !== undefined) return undefined;
  if (!isLoopback(host)) {
    return `${hostName} is ${host}, which other machines can reach, but no authentication is configured. Configure \`authentication\`, or listen on 127.0.0.1.`;
  }
  if (command === 'dev' || allowsAnonymous) return undefined;
  return 'No authentication is configured. Configure `authentication`, or use --allow-anonymous to give every program on this machine all permissions.';
}

/** Credentials issued by AWS must not be sent to a host outside AWS. */
function endpointProblems(environment: NodeJS.ProcessEnv): string[] {
  const isEmulated = /^(?!AKIA|ASIA)./.test(environment.AWS_ACCESS_KEY_ID ?? '');
  return Object.entries(environment).flatMap(([name, value]) => {
    if (!/^AWS_ENDPOINT_URL(_\w+)?$/.test(name) || value === undefined || isEmulated || isOfAws(value)) return [];
    return `${name} is ${JSON.stringify(value)}, which is not an AWS endpoint, but the credentials could be real. Unset ${name}, or for an emulator set AWS_ACCESS_KEY_ID to an account id, such as 123456789012.`;
  });
}

function isOfAws(url: string): boolean {
  const { protocol, hostname } = URL.parse(url) ?? {};
  return protocol === 'https:' && /\.(amazonaws\.com(\.cn)?|amazonaws\.eu|api\.aws)$/.test(hostname ?? '');
}
