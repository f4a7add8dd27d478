import { element } from '../dom.js';
import { accountTitle, decimal, gigabytes, minute, serviceTitle } from '../format.js';
import { sharedVariables } from '../filters.js';
import { pageOf } from '../views/reports.js';

/** @typedef {import('../format.js').Source} Source */

/**
 * @typedef {object} Snapshot
 * @prop {string} arn
 * @prop {string} identifier
 * @prop {string} clusterIdentifier
 * @prop {string | null} createdAt
 * @prop {Source} source
 */

/** @typedef {Snapshot & { encrypted: boolean | null, sharing: { public: boolean, awsSupport: boolean, accounts: readonly string[] } | null }} ExposedSnapshot */
/** @typedef {Snapshot & { type: string, size: { totalMegabytes: number | null } | null }} OrphanedSnapshot */

/** The snapshots that can be restored outside the configured accounts. @type {import('../panel.js').PanelOptions<ExposedSnapshot>} */
export const exposure = {
  id: 'exposure',
  title: 'Exposure',
  purpose:
    'Snapshots that are public or shared outside the configured accounts. “Public” means that every AWS account can restore the snapshot.',
  noun: 'snapshot',
  named: 'snapshot',
  none: 'No snapshot is public or shared outside the configured accounts.',
  query: 'exposure',
  variables: sharedVariables,
  read: ({ snapshots }) => pageOf(snapshots),
  columns: () => [
    { title: 'Shared with', value: audienceOf, show: showAudience, kind: 'wrapped' },
    ...identity,
    { title: 'Encrypted', value: ({ encrypted }) => encrypted, show: ({ encrypted }) => (encrypted ? 'Yes' : 'No') },
    ...place,
  ],
};

/** The snapshots whose cluster no longer exists. @type {import('../panel.js').PanelOptions<OrphanedSnapshot>} */
export const orphans = {
  id: 'orphans',
  title: 'Orphans',
  purpose: 'Snapshots whose cluster no longer exists. AWS keeps and bills them until they are deleted or expire.',
  noun: 'snapshot',
  named: 'snapshot',
  none: 'Every snapshot belongs to an existing cluster.',
  query: 'orphans',
  variables: sharedVariables,
  read: ({ snapshots }) => pageOf(snapshots),
  columns: () => [
    ...identity,
    { title: 'Type', value: ({ type }) => type.toLowerCase() },
    { title: 'Size in GB', value: sizeOf, show: (row) => decimal(sizeOf(row) ?? 0), kind: 'number' },
    ...place,
  ],
};

/** @type {import('../views/table.js').Column<Snapshot>[]} */
const identity = [
  { title: 'Snapshot', value: ({ identifier }) => identifier, kind: 'name' },
  { title: 'Cluster', value: ({ clusterIdentifier }) => clusterIdentifier, kind: 'name' },
  { title: 'Created (UTC)', value: ({ createdAt }) => createdAt && minute(createdAt) },
];

/** @type {import('../views/table.js').Column<Snapshot>[]} */
const place = [
  { title: 'Account', value: ({ source }) => accountTitle(source), kind: 'wrapped' },
  { title: 'Region', value: ({ source }) => source.region },
  { title: 'Service', value: ({ source }) => serviceTitle(source.service), kind: 'wrapped' },
  { title: 'ARN', value: ({ arn }) => arn, isExportOnly: true },
];

/** @param {ExposedSnapshot} snapshot */
function audienceOf({ sharing }) {
  if (sharing === null) return null;
  const audience = [...(sharing.public ? ['Public'] : []), ...(sharing.awsSupport ? ['AWS Support'] : [])];
  // Other values, such as an organization, are not listed.
  return [...audience, ...sharing.accounts].join(', ') || 'Others';
}

/** @param {OrphanedSnapshot} snapshot */
function sizeOf({ size }) {
  return size?.totalMegabytes == null ? null : gigabytes(size.totalMegabytes);
}

/** @param {ExposedSnapshot} snapshot */
function showAudience(snapshot) {
  return element('span', { className: snapshot.sharing?.public ? 'status bad' : '' }, audienceOf(snapshot) ?? '');
}
