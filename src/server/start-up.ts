import { isLoopback } from './authentication/loopback.ts';
import type { AuthenticationSettings } from './authentication/settings.ts';

/** What decides whether a start is safe. */
export interface Start {
  readonly command: 'dev' | 'serve' | 'emulator' | 'doctor';
  readonly host: string;
  /** What said so, to name it in messages. */
  readonly hostName?: string;
  readonly authentication?: AuthenticationSettings | undefined;
  /** Whether somebody said in words that everyone may come in. */
  readonly allowsAnonymous: boolean;
}

/** What must not be started, in complete sentences; nothing where the start is safe. */
export function startUpProblems(start: Start, environment: NodeJS.ProcessEnv): string[] {
  const problems = [emulatorProblem(start, environment), anonymityProblem(start)];
  if (start.command === 'serve' || start.command === 'doctor') problems.push(...endpointProblems(environment));
  return problems.filter((problem) => problem !== undefined);
}

function emulatorProblem({ command }: Start, { NODE_ENV }: NodeJS.ProcessEnv): string | undefined {
  if (command === 'serve' || command === 'doctor' || NODE_ENV !== 'production') return undefined;
  return `NODE_ENV is production, where the emulator is not started. Use \`snapgate serve\`, or leave NODE_ENV out.`;
}

function anonymityProblem(start: Start): string | undefined {
  const { command, host, hostName = 'HOST', authentication, allowsAnonymous } = start;
  if (command === 'emulator' || command === 'doctor' || authentication !== undefined) return undefined;
  if (!isLoopback(host)) {
    return `${hostName} is ${host}, which others can reach, and no authentication is configured. Configure \`authentication\`, or listen on 127.0.0.1.`;
  }
  if (command === 'dev' || allowsAnonymous) return undefined;
  return 'No authentication is configured. Configure `authentication`, or give --allow-anonymous to let every program of this machine do everything that the gateway may do.';
}

/** Credentials that AWS issued must not be sent to a host that is not AWS's. */
function endpointProblems(environment: NodeJS.ProcessEnv): string[] {
  const isEmulated = /^(?!AKIA|ASIA)./.test(environment.AWS_ACCESS_KEY_ID ?? '');
  return Object.entries(environment).flatMap(([name, value]) => {
    if (!/^AWS_ENDPOINT_URL(_\w+)?$/.test(name) || value === undefined || isEmulated || isOfAws(value)) return [];
    return `${name} is ${JSON.stringify(value)}, which is not of AWS, and the credentials may be real. Leave it out, or set AWS_ACCESS_KEY_ID to that of an emulator.`;
  });
}

function isOfAws(url: string): boolean {
  const { protocol, hostname } = URL.parse(url) ?? {};
  return protocol === 'https:' && /\.(amazonaws\.com(\.cn)?|amazonaws\.eu|api\.aws)$/.test(hostname ?? '');
}
