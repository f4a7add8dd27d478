import './restore-table.ts';
import './table-restore-progress.ts';
