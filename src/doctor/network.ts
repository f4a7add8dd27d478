import { type Proxy, proxyFor } from '../server/proxy.ts';
import { describeFailure } from './failure.ts';
import { type Check, ok, type Outcome, problem, unchecked, warning } from './finding.ts';
import type { OwnIdentity } from './own-identity.ts';

/** AWS rejects a signature that is 5 minutes old; a margin is needed for slow calls. */
const mostSeconds = 240;
const fewSeconds = 30;

/** Returns the checks of the way to AWS: the proxy, and the difference between the clocks. */
export function networkChecks(ask: () => Promise<OwnIdentity>, proxy: Proxy | undefined): Check[] {
  return [
    ...(proxy === undefined
      ? []
      : [{ name: 'proxy', target: shownProxies(proxy), run: async () => describeProxy(await ask(), proxy) }]),
    { name: 'clock', target: 'AWS STS', run: async () => describeClock(await ask()) },
  ];
}

/** Returns the proxies without their user names and passwords. */
function shownProxies({ HTTP_PROXY, HTTPS_PROXY }: Proxy): string {
  return Object.entries({ HTTPS_PROXY, HTTP_PROXY })
    .flatMap(([name, url]) => (url === undefined ? [] : [`${name} ${new URL(url).origin}`]))
    .join(', ');
}

function describeProxy({ identity, url, secondsAhead }: OwnIdentity, proxy: Proxy): Outcome {
  if (url === undefined) return unchecked(`AWS STS was not called: ${failureOf(identity)}`);
  const used = proxyFor(proxy, url);
  const way = used === undefined ? `without a proxy (${whyDirect(url, proxy)})` : `through the proxy ${used}`;
  if (secondsAhead === undefined && identity instanceof Error) {
    return problem(`${url.hostname} did not respond ${way}: ${failureOf(identity)}`);
  }
  return ok(`${url.hostname} responded ${way}.`);
}

function whyDirect({ protocol }: URL, proxy: Proxy): string {
  const name = protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  return proxy[name] === undefined ? `${name} is not set` : 'NO_PROXY includes it, or it is a loopback address';
}

function describeClock({ identity, secondsAhead }: OwnIdentity): Outcome {
  if (secondsAhead === undefined) return unchecked(`AWS STS did not respond: ${failureOf(identity)}`);
  const seconds = Math.round(Math.abs(secondsAhead));
  const difference = `The clock is ${seconds} seconds ${secondsAhead > 0 ? 'ahead of' : 'behind'} that of AWS.`;
  if (seconds > mostSeconds) {
    return problem(`${difference} AWS rejects requests that differ by more than 5 minutes. Synchronize the clock.`);
  }
  if (seconds > fewSeconds) return warning(`${difference} Synchronize the clock.`);
  return ok(seconds === 0 ? 'Agrees with that of AWS.' : difference);
}

function failureOf(identity: OwnIdentity['identity']): string {
  return identity instanceof Error ? describeFailure(identity) : 'it returned no time.';
}
