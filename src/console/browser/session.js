/** The bearer token. It is kept in this variable only: it ends with the page, and no storage, URL or element contains it. */
let token = '';

/** Returns the headers that authenticate a request; none without a token. */
export function authorization() {
  return token === '' ? {} : { authorization: `Bearer ${token}` };
}

/** Whether requests are sent with a token. */
export function hasToken() {
  return token !== '';
}

/**
 * Sends requests with this token from now on; without a token if it is empty. The token may be copied with its header.
 * @param {string} entered
 */
export function useToken(entered) {
  token = entered.trim().replace(/^(authorization: *)?bearer /i, '');
}

/**
 * Shares the token with other pages of this gateway, so that users enter it once: answers the windows that this page has
 * opened, and asks the window that has opened this page. `onToken` is called when that window answers.
 * @param {(token: string) => void} onToken
 */
export function shareToken(onToken) {
  addEventListener('message', ({ origin, source, data }) => {
    if (origin !== location.origin || !(source && 'closed' in source)) return;
    if (data?.snapgate !== 'token' && data?.snapgate !== 'token?') return;
    if (data.snapgate === 'token?' && hasToken()) source.postMessage({ snapgate: 'token', token }, origin);
    if (data.snapgate === 'token' && source === opener && typeof data.token === 'string') onToken(data.token);
  });
  opener?.postMessage({ snapgate: 'token?' }, location.origin);
}
