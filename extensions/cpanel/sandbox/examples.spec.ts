import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { putControl, sandboxFetch, type InspectedSandbox } from '@hostwright/sdk-testing';
import sandboxDefinition from './index.js';
import examples from './testing/examples.json' with { type: 'json' };

interface Exchange {
  readonly name: string;
  /** Method and address, without host and body. */
  readonly request: string;
  readonly response: { readonly status: number; readonly body: Body };
}
interface Body {
  readonly metadata?: { readonly result: number; readonly reason: string; readonly command: string };
  readonly [key: string]: unknown;
}

const { exchanges } = examples as unknown as { readonly exchanges: readonly Exchange[] };

/** What the examples of a POST leave out. */
const bodies: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  create: { username: 'fresh1', domain: 'fresh.example', plan: 'basic', password: 'Fresh4567890' },
  'create, taken': { username: 'acme', domain: 'other.example', plan: 'basic', password: 'Fresh4567890' },
  suspend: { user: 'fresh1', reason: 'late' },
  sso: { user: 'acme', service: 'cpaneld' },
  passwd: { user: 'acme', password: 'Another4567' },
  'uapi through WHM, inner failure': { email: 'info', password: 'Mailbox4567' },
  'uapi direct': { email: 'other', password: 'Mailbox4567' },
};
const uapi = '&cpanel.user=acme&cpanel.module=Email&cpanel.function=add_pop';

let sandbox: InspectedSandbox;
beforeAll(async () => {
  sandbox = (await sandboxDefinition.start({ speed: 0 })) as InspectedSandbox;
  await putControl(sandbox, '/accounts', { user: 'acme', domain: 'acme.example' });
  await putControl(sandbox, '/traffic', { user: 'acme', bytes: 52428800 });
  await call('POST', `/json-api/uapi_cpanel?api.version=1${uapi}`, bodies['uapi through WHM, inner failure']);
});
afterAll(() => sandbox.stop());

async function call(method: string, path: string, form?: Readonly<Record<string, string>>, authorization?: string) {
  const { host, port, user, token } = sandbox.server as Readonly<Record<string, string>>;
  const direct = path.startsWith('/execute/');
  const base = direct ? await cpanelAddress() : `https://${host}:${port}`;
  const answer = await sandboxFetch()(`${base}${path}`, {
    method,
    headers: {
      authorization: authorization ?? (direct ? `Basic ${Buffer.from('acme:Another4567').toString('base64')}` : `whm ${user}:${token}`),
      ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    ...(form === undefined ? {} : { body: new URLSearchParams(form).toString() }),
  });
  return { status: answer.status, body: (await answer.json()) as Body };
}

/** Where a session leads: port 2083 in life. */
async function cpanelAddress(): Promise<string> {
  const { body } = await call('POST', '/json-api/create_user_session?api.version=1', bodies['sso']);
  return new URL((body['data'] as { readonly url: string }).url).origin;
}

/** The names in a value and what kind each is, with what lists hold as one. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return typeof value[0] === 'object' ? [shapeOf(value[0])] : expect.any(Array);
  if (typeof value !== 'object' || value === null) return expect.any(Object(value).constructor);
  return expect.objectContaining(Object.fromEntries(Object.entries(value).map(([key, one]) => [key, one === null ? null : shapeOf(one)])));
}

it.each(exchanges.map((exchange) => [exchange.name, exchange] as const))(
  'the sandbox answers as the example "%s"',
  async (name, exchange) => {
    const [method = '', address = ''] = exchange.request.split(' ');
    const inner = name === 'uapi through WHM, inner failure' ? uapi : '';
    const path = address.startsWith('/execute/') || address.includes('?') ? address : `${address}?api.version=1${inner}`;
    const answer = await call(
      method,
      path,
      method === 'POST' ? bodies[name] : undefined,
      name === 'bad token' ? 'whm root:wrong' : undefined,
    );
    expect(answer.status).toBe(exchange.response.status);
    const { metadata, ...rest } = exchange.response.body;
    expect(answer.body).toEqual(shapeOf(rest));
    if (metadata?.command === undefined) return;
    const { command, result } = metadata;
    expect(answer.body.metadata).toMatchObject({ command, result });
    // Refusals are told apart by their words, whatever number stands before them.
    const words = (reason = ''): string => reason.replace(/^\(XID \w+\) /, '').replace(/“\w+”/, '“…”');
    if (result === 0) expect(words(answer.body.metadata?.reason)).toBe(words(metadata.reason));
  },
);

it('has no functions of WHM on the port of cPanel, and none of cPanel on that of WHM', async () => {
  const origin = await cpanelAddress();
  const there = await sandboxFetch()(`${origin}/json-api/version?api.version=1`);
  expect(there.status).toBe(403);
  const { host, port, user, token } = sandbox.server as Readonly<Record<string, string>>;
  const here = await sandboxFetch()(`https://${host}:${port}/execute/Email/list_pops`, {
    headers: { authorization: `whm ${user}:${token}` },
  });
  expect(here.status).toBe(403);
});

it('answers in another shape where api.version is missing, and knows no function that there is not', async () => {
  expect((await call('GET', '/json-api/version')).body).toEqual({
    result: [{ status: 0, statusmsg: 'legacy answer: api.version was not 1' }],
  });
  expect((await call('GET', '/json-api/xyz?api.version=1')).body.metadata).toMatchObject({
    result: 0,
    reason: 'Unknown app (“xyz”) requested for this version (1) of the API.',
  });
});

it('finds a mistake in what it is sent', async () => {
  await call('GET', '/json-api/accountsummary?api.version=1&user=acme&usr=acme');
  await call('GET', '/json-api/passwd?api.version=1&user=acme&password=Another4567');
  expect(sandbox.violations()).toEqual([
    expect.stringContaining('takes no "usr"'),
    expect.stringContaining('"password" stands in an address'),
  ]);
});
