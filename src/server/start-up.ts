import { isLoopback } from './authentication/loopback.ts';
import type { AuthenticationSettings } from './authentication/settings.ts';
import { environmentEndpointProblems } from './endpoints.ts';

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
  if (start.command === 'serve' || start.command === 'doctor')
    problems.push(...environmentEndpointProblems(environment));
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
