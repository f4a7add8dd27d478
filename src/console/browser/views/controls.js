import { element } from '../dom.js';
import { RequestError } from '../gateway.js';

/**
 * @param {string} text
 * @param {() => void} onClick
 * @param {string} [of] What the button belongs to, for screen readers.
 */
export function button(text, onClick, of) {
  const created = element('button', { type: 'button', onclick: onClick }, text);
  if (of !== undefined) created.ariaLabel = `${text}: ${of}`;
  return created;
}

/**
 * Shows why a request failed, and repeats it.
 * @param {unknown} error
 * @param {() => void} retry
 */
export function failureOf(error, retry) {
  const message = error instanceof RequestError ? error.message : `The gateway cannot be reached. ${String(error)}`;
  const text = element('p', {}, message);
  return element('div', { className: 'notice failure', role: 'alert' }, text, button('Retry', retry));
}
