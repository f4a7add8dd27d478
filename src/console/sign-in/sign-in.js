/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// @ts-check
// Signs in to GraphiQL: requests the page with the token, and replaces this page by it. The token is in neither the address
// nor the storage of the browser.

'use strict';

{
  const form = /** @type {HTMLFormElement} */ (document.querySelector('form'));
  const input = /** @type {HTMLInputElement} */ (document.getElementById('token'));
  const message = /** @type {HTMLElement} */ (document.getElementById('message'));

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    // The token may be copied with its header.
    void open(input.value.trim().replace(/^(authorization: *)?bearer /i, ''));
  });
  askOpener();

  /** Asks the page of the gateway that has opened this one for its token. */
  function askOpener() {
    const opener = /** @type {Window | null} */ (window.opener);
    if (opener === null) return;
    addEventListener('message', ({ origin, source, data }) => {
      if (origin !== location.origin || source !== opener || data?.snapgate !== 'token') return;
      if (typeof data.token === 'string' && input.value === '') void open(data.token);
    });
    opener.postMessage({ snapgate: 'token?' }, location.origin);
  }

  async function open(/** @type {string} */ token) {
    message.textContent = 'Signing in…';
    input.removeAttribute('aria-invalid');
    try {
      const headers = { accept: 'text/html', authorization: `Bearer ${token}` };
      const response = await fetch(location.href, { headers });
      const text = await response.text();
      if (response.ok) show(text, token);
      else reject(reasonOf(response, text));
    } catch (error) {
      reject(`The gateway cannot be reached: ${String(error)}`);
    }
  }

  /** Replaces this page; the scripts of the new one run in the same window. */
  function show(/** @type {string} */ html, /** @type {string} */ token) {
    Object.assign(window, { snapgateToken: token });
    document.open();
    document.write(html);
    document.close();
  }

  function reasonOf(/** @type {Response} */ response, /** @type {string} */ text) {
    const isPage = response.headers.get('content-type')?.startsWith('text/html') === true;
    if (isPage) return new DOMParser().parseFromString(text, 'text/html').getElementById('message')?.textContent ?? '';
    try {
      return JSON.parse(text).errors[0].message;
    } catch {
      return `The gateway responded with status ${response.status}.`;
    }
  }

  function reject(/** @type {string} */ reason) {
    message.textContent = reason;
    input.setAttribute('aria-invalid', 'true');
    input.select();
    input.focus();
  }
}
