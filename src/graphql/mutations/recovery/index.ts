import './restore-table.ts';
