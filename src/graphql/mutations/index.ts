import './copy-snapshot.ts';
import './create-snapshot.ts';
import './delete-snapshots.ts';
import './issue-credentials.ts';
import './recovery/index.ts';
import './share-snapshot.ts';
import './snapshot-retention.ts';
import './snapshot-tags.ts';
