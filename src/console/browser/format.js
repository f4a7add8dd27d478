/** @typedef {{ readonly account: string, readonly accountName: string | null, readonly region: string, readonly service: string }} Source */

/** In pixels. */
const [wide, characterWidth, labelPadding] = [700, 7, 10];

const number = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const tenths = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** The titles of the services, which the page contains, by their names in the API. */
const services = new Map(
  Object.entries(JSON.parse(document.querySelector('meta[name=services]')?.getAttribute('content') ?? '{}')),
);

/**
 * @param {string} service
 * @returns {string}
 */
export function serviceTitle(service) {
  return services.get(service) ?? service;
}

/** @param {Pick<Source, 'account' | 'accountName'>} source */
export function accountTitle({ account, accountName }) {
  return accountName === null ? account : `${accountName} (${account})`;
}

/** @param {Source} source */
export function sourceTitle({ account, accountName, region, service }) {
  return `${accountName ?? account}, ${region}, ${serviceTitle(service)}`;
}

/** @param {number} value */
export function count(value) {
  return number.format(value);
}

/**
 * A number with one decimal, so that the decimal points of a column are aligned.
 * @param {number} value
 */
export function decimal(value) {
  return tenths.format(value);
}

/**
 * A count with its noun, such as `1 snapshot`.
 * @param {number} value
 * @param {string} noun
 */
export function counted(value, noun) {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/**
 * A size in gigabytes of 1024 megabytes, as AWS bills them.
 * @param {number} megabytes
 */
export function gigabytes(megabytes) {
  return Math.round((megabytes / 1024) * 10) / 10;
}

/**
 * A time in UTC, such as `2026-03-01 14:05`.
 * @param {string} time
 */
export function minute(time) {
  return time.slice(0, 16).replace('T', ' ');
}

/**
 * The label of a cluster in a chart of this width: with its account and region, because several can have clusters of one
 * name, if there is room.
 * @param {string} cluster
 * @param {Pick<Source, 'account' | 'accountName' | 'region'>} source
 * @param {number} width
 */
export function labelOf(cluster, { account, accountName, region }, width) {
  const label = width < wide ? cluster : `${cluster} · ${accountName ?? account} ${region}`;
  const longest = Math.floor((labelWidth(width) - labelPadding) / characterWidth);
  return label.length > longest ? `${label.slice(0, longest - 1)}…` : label;
}

/**
 * The space for labels in a chart of this width.
 * @param {number} width
 */
export function labelWidth(width) {
  return width < wide ? width * 0.35 : 310;
}
