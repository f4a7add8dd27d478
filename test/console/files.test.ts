import { parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consoleDocuments } from '../../src/console/documents.ts';
import { excessOf } from '../../src/limits/documents.ts';
import { defaultLimits } from '../../src/limits/settings.ts';
import { schema } from '../../src/schema.ts';
import { csvOf } from '../../src/console/browser/csv.js';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { authenticationWith } from '../support/tokens.ts';

const account = '123456789012';

describe('the files of the fleet page', () => {
  let open: Gateway;
  let guarded: Gateway;
  beforeAll(async () => {
    const authenticate = authenticationWith([{ permissions: ['SNAPSHOT_READ'] }]);
    [open, guarded] = await Promise.all([startGateway(), startGateway({ authenticate, documents: onlyOne })]);
  });
  afterAll(() => Promise.all([open.close(), guarded.close()]));

  const read = async (gateway: Gateway, path: string, headers = {}) => {
    const response = await fetch(gateway.url + path, { headers });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const assetsIn = (page: string) => [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path!);

  it('are the same for every gateway and caller, need no token, and contain nothing about the fleet', async () => {
    const page = await read(guarded, '/');
    expect(page.text).toBe((await read(open, '/', { authorization: 'Bearer x' })).text);
    expect(page.text).not.toContain(account);
    expect(assetsIn(page.text).length).toBeGreaterThan(10);
    for (const path of new Set(assetsIn(page.text))) {
      const { status, headers, text } = await read(guarded, path, { 'accept-encoding': 'gzip' });
      expect({ path, status }).toEqual({ path, status: 200 });
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(headers.get('content-type')).toMatch(/^text\/(javascript|css); charset=utf-8$/);
      if (text.length > 2000) expect(headers.get('content-encoding')).toBe('gzip');
      expect(text).not.toContain(account);
    }
    expect(await open.calls()).toEqual([]);
  });

  it('are confirmed by their ETag; the page is checked on each visit', async () => {
    const page = await read(open, '/');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const again = await read(open, '/', { 'if-none-match': page.headers.get('etag') });
    expect({ status: again.status, text: again.text }).toEqual({ status: 304, text: '' });
  });

  it('are described to HEAD requests as to GET requests', async () => {
    const page = await read(guarded, '/');
    for (const path of ['/', ...assetsIn(page.text).slice(0, 2)]) {
      const { headers } = await read(guarded, path, { 'accept-encoding': 'gzip' });
      const head = await fetch(guarded.url + path, { method: 'HEAD', headers: { 'accept-encoding': 'gzip' } });
      expect({ status: head.status, text: await head.text() }).toEqual({ status: 200, text: '' });
      for (const name of ['etag', 'content-type', 'content-length', 'content-encoding', 'content-security-policy'])
        expect([name, head.headers.get(name)]).toEqual([name, headers.get(name)]);
    }
  });

  it('have a policy without inline code, evaluation and other servers', async () => {
    const policy = (await read(open, '/', { accept: 'text/html' })).headers.get('content-security-policy') ?? '';
    const directives = new Map(policy.split('; ').map((each) => [each.split(' ')[0], each.split(' ').slice(1)]));
    expect(directives.get('default-src')).toEqual(["'none'"]);
    expect(directives.get('script-src')).toEqual(["'self'"]);
    expect(directives.get('connect-src')).toEqual(["'self'"]);
    expect(directives.get('img-src')).toEqual(["'self'", 'data:']);
    expect(directives.get('style-src')).toEqual(["'self'", expect.stringMatching(/^'sha256-/)]);
    expect(policy).not.toContain('unsafe');
  });

  it('leave other paths to authentication', async () => {
    const [asset = ''] = assetsIn((await read(open, '/')).text);
    for (const path of ['/assets/', '/assets/x/app.js', `${asset}/`, asset.replace('style.css', 'tsconfig.json')]) {
      expect((await read(guarded, path)).status).toBe(401);
      expect((await read(open, path)).status).toBe(404);
    }
  });
});

const other = '{ snapshots(first: 1) { isComplete } }';
const onlyOne = { byId: new Map([['other', other]]), texts: new Set([other]), cost: 3, only: true, maxAgeSeconds: 0 };

describe('the documents of the fleet page', () => {
  it.each([...consoleDocuments])('%s is valid and within the default limits', (_id, text) => {
    const document = parse(text);
    expect(validate(schema, document)).toEqual([]);
    expect(excessOf(document, defaultLimits)).toBeUndefined();
  });

  const variablesOf = (id: string) => (id.endsWith('storage') ? { first: 20 } : {});
  const post = async (gateway: Gateway, body: object) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) });
    return response.json();
  };

  it.each([
    ['without `documents`', undefined, 100],
    ['with documents of their own, and no others', onlyOne, 3],
    ['with a lower limit than the fixed cost', { limits: { cost: 5 } }, 5],
  ])('are executed by gateways %s, by id and by text, with a fixed cost', async (_what, settings, announced) => {
    const options = settings && ('limits' in settings ? settings : { documents: settings });
    const gateway = await startGateway(options);
    for (const [id, text] of consoleDocuments) {
      for (const named of [{ documentId: id }, { query: text }, { documentId: id }]) {
        const { data, errors, extensions } = await post(gateway, { ...named, variables: variablesOf(id) });
        expect({ id, errors }).toEqual({ id, errors: undefined });
        expect(Object.keys(data)).toHaveLength(1);
        expect(extensions.cost.announced).toBe(announced);
      }
    }
    await gateway.close();
  });

  it('are not the start of other documents: one more character makes another document', async () => {
    const gateway = await startGateway({ documents: onlyOne });
    const [text = ''] = consoleDocuments.values();
    for (const query of [`${text} `, ` ${text}`, other.replace('1', '2')]) {
      expect((await post(gateway, { query })).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    }
    expect((await post(gateway, { query: other })).data).toEqual({ snapshots: { isComplete: true } });
    await gateway.close();
  });

  it('stay known when the settings change', async () => {
    const gateway = await startGateway({ documents: onlyOne });
    gateway.apply({});
    expect((await post(gateway, { documentId: 'x-snapgate:sources' })).data.sources).toHaveLength(2);
    expect((await post(gateway, { documentId: 'other' })).errors).toMatchObject([
      { extensions: { code: 'INVALID_INPUT' } },
    ]);
    await gateway.close();
  });
});

describe('CSV', () => {
  it.each(['=1+1', '+1', '-1', '@x', '\tx', '\rx', '\nx', '＝1', '＋1', '－1', '＠x'])(
    'escapes the formula %j',
    (text) => {
      expect(csvOf([[text]])).toBe(/[\r\n]/.test(text) ? `"'${text}"\r\n` : `'${text}\r\n`);
    },
  );

  it('quotes commas, quotes and line breaks, and shows null as unknown, not as empty or zero', () => {
    const rows = [
      ['a,b', 'c"d', 'e\nf', '=1,"x"'],
      [null, 0, -1.5, true],
      ['', 'a=b', "'x", ' y'],
    ];
    expect(csvOf(rows)).toBe(`"a,b","c""d","e\nf","'=1,""x"""\r\nunknown,0,-1.5,true\r\n,a=b,'x, y\r\n`);
  });
});
