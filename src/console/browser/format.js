/** @typedef {{ readonly account: string, readonly accountName: string | null, readonly region: string, readonly service: string }} Source */

/** In pixels. */
const [wide, characterWidth, labelPadding] = [700, 7, 10];

/** How many characters of a long name a label shows at least. */
const shortest = 12;

const number = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const tenths = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const hundredths = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

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
  return rounded(value, number, 0.1);
}

/**
 * A number with one decimal, so that the decimal points of a column are aligned.
 * @param {number} value
 */
export function decimal(value) {
  return rounded(value, tenths, 0.1);
}

/** @param {number} value */
export function money(value) {
  return rounded(value, hundredths, 0.01);
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
 * A size in gigabytes of 1024 megabytes, as AWS bills them, to the megabyte.
 * @param {number} megabytes
 */
export function gigabytes(megabytes) {
  return Math.round((megabytes / 1024) * 1000) / 1000;
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
  const longest = Math.floor((labelWidth(width) - labelPadding) / characterWidth);
  const place = width < wide ? '' : ` · ${accountName ?? account} ${region}`;
  return shortened(shortened(cluster, Math.max(longest - place.length, shortest)) + place, longest);
}

/**
 * The space for labels in a chart of this width.
 * @param {number} width
 */
export function labelWidth(width) {
  return width < wide ? width * 0.35 : 310;
}

/**
 * A number that is not shown as zero only because it is small.
 * @param {number} value
 * @param {Intl.NumberFormat} format
 * @param {number} smallest What the format can show.
 */
function rounded(value, format, smallest) {
  return value > 0 && value < smallest / 2 ? `<${smallest}` : format.format(value);
}

/**
 * @param {string} text
 * @param {number} longest
 */
function shortened(text, longest) {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
