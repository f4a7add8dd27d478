/** @typedef {{ readonly account: string, readonly accountName: string | null, readonly region: string, readonly service: string }} Source */

const number = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** The names of the services, as AWS writes them; a service that is not listed is shown by its name in the API. */
const services = new Map([
  ['REDSHIFT', 'Amazon Redshift'],
  ['DOCUMENTDB', 'Amazon DocumentDB'],
]);

/** @param {string} service */
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
 * A name that fits into a width in pixels, in the font of charts.
 * @param {string} name
 * @param {number} width
 */
export function shortened(name, width) {
  const longest = Math.floor(width / 6.5);
  return name.length > longest ? `${name.slice(0, longest - 1)}…` : name;
}
