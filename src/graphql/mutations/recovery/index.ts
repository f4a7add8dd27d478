import './snapshot-schedule.ts';
