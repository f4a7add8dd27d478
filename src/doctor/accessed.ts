import type { Aws } from '../aws/client.ts';
import type { SourceAccess } from '../aws/source-access.ts';
import type { Usage } from '../aws/usage.ts';
import type { Sources } from '../fleet/sources.ts';
import type { Source } from '../snapshots/source.ts';

/** A source, and how the gateway accesses it. */
export interface Accessed {
  readonly source: Source;
  readonly access: SourceAccess;
}

/** What the checks of sources share. */
export interface Fleet {
  readonly aws: Aws;
  readonly usage: Usage;
  readonly sources: Sources;
  readonly accessed: readonly Accessed[];
}
