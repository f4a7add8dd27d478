import { createVersions, type Versions } from './basis.ts';

/** When sources were changed, by this or another replica. */
export interface SourceChanges {
  /** The versions of the cached responses of the sources; each change increases that of its source. */
  readonly versions: Versions;
  /** Records a change of a source at a time, in epoch milliseconds, and notifies the watcher of the source. */
  change(source: string, at: number): void;
  /** Records a change that another replica has reported. */
  hear(source: string, at: number): void;
  /** Whether a response was read after all changes of its source. */
  isCurrent(source: string, answer: { readonly fetchedAt: Date }): boolean;
  /** Calls `onChange` for each change of a source, which has only one watcher. */
  watch(source: string, onChange: () => void): void;
}

/** Creates the changes, with none recorded. */
export function createSourceChanges(): SourceChanges {
  const changedAt = new Map<string, number>();
  const watchers = new Map<string, () => void>();
  const versions = createVersions();
  const change = (source: string, at: number) => {
    // An earlier time must not make a response current again that was read before a later change.
    changedAt.set(source, Math.max(at, changedAt.get(source) ?? 0));
    versions.increase(source);
    watchers.get(source)?.();
  };
  return {
    versions,
    change,
    hear: (source, at) => {
      // A replica is also notified of its own changes, and of changes in sources that only others have.
      if (changedAt.get(source) !== at && watchers.has(source)) change(source, at);
    },
    isCurrent: (source, { fetchedAt }) => fetchedAt.getTime() > (changedAt.get(source) ?? 0),
    watch: (source, onChange) => void watchers.set(source, onChange),
  };
}
