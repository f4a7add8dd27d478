import { isLoopback } from './authentication/loopback.ts';
import type { AuthenticationSettings } from './authentication/settings.ts';
import { environmentEndpointProblems } from './endpoints.ts';

/** The settings that decide whether a command is safe to start. */
export interface Start {
  /** `local` stands for the commands that execute operations in their own process, and do not listen. */
  readonly command: 'dev' | 'serve' | 'emulator' | 'doctor' | 'local';
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
  if (usesAws(start.command)) problems.push(...environmentEndpointProblems(environment));
  return problems.filter((problem) => problem !== undefined);
}

/** Whether a command calls AWS, and not its own emulator. */
export function usesAws(command: Start['command']): boolean {
  return command === 'serve' || command === 'doctor' || command === 'local';
}

function emulatorProblem({ command }: Start, { NODE_ENV }: NodeJS.ProcessEnv): string | undefined {
  if (usesAws(command) || NODE_ENV !== 'production') return undefined;
  return `The emulator does not start if NODE_ENV is production. Use \`snapgate serve\`, or unset NODE_ENV.`;
}

function anonymityProblem(start: Start): string | undefined {
  const { command, host, hostName = 'HOST', authentication, allowsAnonymous } = start;
  if (command !== 'dev' && command !== 'serve') return undefined;
  if (authentication !== undefined) return undefined;
  if (!isLoopback(host)) {
    return `${hostName} is ${host}, which other machines can reach, but no authentication is configured. Configure \`authentication\`, or listen on 127.0.0.1.`;
  }
  if (command === 'dev' || allowsAnonymous) return undefined;
  return 'No authentication is configured. Configure `authentication`, or use --allow-anonymous to give every program on this machine all permissions.';
}
