import './backup-settings.ts';
