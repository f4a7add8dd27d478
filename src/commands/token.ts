import type { Flags } from '../config.ts';
import { print } from './running.ts';

export interface TokenFlags extends Flags {
  readonly subject: string;
  readonly claim?: readonly string[];
  readonly hours: number;
}

/** Prints a bearer token for development. */
export async function printToken(flags: TokenFlags): Promise<void> {
  const { readConfig } = await import('../config.ts');
  const { signDevelopmentToken } = await import('../server/authentication/development-token.ts');
  const { authentication } = readConfig(flags);
  print(await signDevelopmentToken(authentication, { ...flags, claims: flags.claim ?? [] }));
}
