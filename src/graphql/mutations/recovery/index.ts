import './create-instances.ts';
import './restore-cluster.ts';
import './restore-table.ts';
import './restore-to-time.ts';
import './table-restore-progress.ts';
import './snapshot-schedule.ts';
import './backup-settings.ts';
