import './create-instances.ts';
import './restore-cluster.ts';
import './restore-table.ts';
import './restore-to-time.ts';
import './snapshot-schedule.ts';
import './table-restore-progress.ts';
