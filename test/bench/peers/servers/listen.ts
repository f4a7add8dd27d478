import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';

/** What the servers return, as the run has written it to the file in their first argument. */
export interface Answers {
  /** The records of the snapshots, with the names of their types. */
  readonly snapshots: readonly SnapshotRecord[];
  /** The complete responses of snapgate, by shape. */
  readonly bodies: Readonly<Record<string, string>>;
  readonly upstream: string;
}

export interface SnapshotRecord {
  readonly id: string;
  readonly identifier: string;
  readonly clusterIdentifier: string;
  readonly cluster: { readonly id: string; readonly identifier: string };
}

export const answers: Answers = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));

/** Reports the port of a server to the run. */
export function reportPort(server: Server): void {
  process.send?.({ port: (server.address() as AddressInfo).port });
}
