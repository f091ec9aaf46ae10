import { describe, expect, it } from '@jest/globals';
import { makeKeyAndRequest } from '@hostwright/sdk-certificates';
import { failureOf, putControl, testCtx, type TestCtx } from '@hostwright/sdk-testing';
import { alive, aStage, callsOf, create, later, run, type Stage } from '../test/stage.js';
import { goGetSslAuthority } from './authority.js';
import { GoGetSslClient } from './client.js';
import type { ProductConfig, ServerConfig } from './config.js';
import { provisioning } from './modules.js';

const names = ['open.example.com'];
const authorityOf = ({ sandbox }: Stage) => goGetSslAuthority(testCtx(), sandbox.server as ServerConfig, sandbox.product as ProductConfig);
/** A wish as it is journaled before the order, and its order, which nobody validates. */
async function anOrder(stage: Stage) {
  const { order } = authorityOf(stage);
  const { csr } = await makeKeyAndRequest(names, 'ecdsa-p256');
  const wish = { names, csr, reference: 'hw-test-42', once: '0'.repeat(20), before: await order.before!() };
  return { wish, csr, order: await order.run(wish) };
}
const become = ({ sandbox }: Stage, { orderId }: { readonly orderId: string }, state: string) =>
  putControl(sandbox, '/order', { id: Number(orderId), state });

describe('an order whose answer was lost', () => {
  it('is the order still when GoGetSSL has rejected it meanwhile: no second one is placed and charged', async () => {
    const stage = await aStage();
    stage.sandbox.fault({ kind: 'lost_reply', path: '/orders/add_ssl_order/' });
    const made = failureOf(create(stage, { pauseMs: 40 }));
    while (alive(stage).length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await become(stage, { orderId: alive(stage)[0]! }, 'rejected');
    const failure = await made;
    expect([failure.code, failure.message]).toEqual(['rejected', expect.stringMatching(/order \d+ is rejected/)]);
    expect(callsOf(stage, '/orders/add_ssl_order/')).toBe(1);
    await failure.undo();
  });

  it('is looked for among those placed since, however many the account has had before', async () => {
    const stage = await aStage();
    for (let at = 0; at < 5; at += 1) await anOrder(stage);
    const { wish, order } = await anOrder(stage);
    const before = callsOf(stage, '/orders/status/');
    expect(await authorityOf(stage).order.find!(wish)).toEqual(order);
    expect(callsOf(stage, '/orders/status/') - before).toBe(1);
  });

  it('is looked for in vain when an order for the same name does not tell its request: then nobody can tell', async () => {
    const stage = await aStage();
    const { wish } = await anOrder(stage);
    const { fetch } = testCtx();
    const silent: TestCtx['fetch'] = async (url, request) => {
      const response = await fetch(url, request);
      return url.includes('/orders/status/')
        ? new Response((await response.text()).replace(/"csr_code":"[^"]*"/, '"csr_code":""'))
        : response;
    };
    const authority = goGetSslAuthority(
      testCtx({ fetch: silent }),
      stage.sandbox.server as ServerConfig,
      stage.sandbox.product as ProductConfig,
    );
    await expect(authority.order.find!(wish)).rejects.toMatchObject({ code: 'unknown_outcome' });
  });
});

describe('the list of an account’s orders', () => {
  /** An account of so many orders, the newest first, whose pages are no longer than that. */
  const listing = (most: number, longest: number, takesOffset = true) => {
    let calls = 0;
    const fetch: TestCtx['fetch'] = (url) => {
      const { pathname, searchParams } = new URL(url);
      if (pathname.endsWith('/auth/')) return Promise.resolve(new Response(JSON.stringify({ key: 'k'.repeat(40), success: true })));
      calls += 1;
      const from = takesOffset ? Number(searchParams.get('offset')) : 0;
      const size = Math.min(longest, Number(searchParams.get('limit')), Math.max(most - from, 0));
      const orders = Array.from({ length: size }, (_, at) => ({ order_id: most - from - at, status: 'active' }));
      return Promise.resolve(new Response(JSON.stringify({ orders, success: true })));
    };
    const server = { apiUrl: 'https://my.gogetssl.com/api', user: `${most}@${longest}.example`, password: 'x' } as ServerConfig;
    return { client: new GoGetSslClient(testCtx({ fetch }), server), calls: () => calls };
  };

  it.each([
    [0, 500],
    [120, 500],
    [500, 500],
    [1_050, 500],
    // Shorter than was asked for, which nobody has published.
    [250, 100],
  ])('of %i orders is read to its end, on pages of %i', async (most, longest) => {
    expect(await listing(most, longest).client.orders()).toHaveLength(most);
  });

  it('comes to an end where it knows no pages', async () => {
    const { client, calls } = listing(50, 500, false);
    expect([(await client.orders()).length, calls()]).toEqual([50, 2]);
  });

  it('that is too long to be looked through for one order is left for a person', async () => {
    await expect(listing(100_000, 100).client.orders()).rejects.toMatchObject({ code: 'unknown_outcome' });
  });

  it('is needed before anything is ordered: without it no order whose answer was lost could be found again', async () => {
    const stage = await aStage();
    await putControl(stage.sandbox, '/list', { has: false });
    const failure = await failureOf(create(stage));
    expect([failure.code, failure.message]).toEqual(['rejected', expect.stringMatching(/\/orders\/ssl\/all/)]);
    expect([alive(stage), callsOf(stage, '/orders/add_ssl_order/')]).toEqual([[], 0]);
    const { warnings } = await provisioning.testConnection!({ ctx: testCtx(), server: stage.sandbox.server as never });
    expect(warnings).toEqual([expect.stringMatching(/does not list its orders/)]);
  });
});

describe('orders that are looked at together', () => {
  it('are no trouble to each other: one that is not paid, rejected or told in a word nobody knows', async () => {
    const stage = await aStage();
    const good = await create(stage);
    const orders = [await anOrder(stage), await anOrder(stage), await anOrder(stage), await anOrder(stage)];
    const states = ['unpaid', 'rejected', 'something new', 'processing'];
    for (const [at, state] of states.entries()) await become(stage, orders[at]!.order, state);
    const awaited = [{ order: { orderId: good.output['orderId']! }, csr: good.output['csr']! }, ...orders];
    const answers = await authorityOf(stage).issuedMany!(awaited);
    expect(answers).toEqual([
      expect.objectContaining({ state: 'done' }),
      { state: 'troubled', error: expect.objectContaining({ code: 'invalid_config', message: expect.stringMatching(/not paid/) }) },
      { state: 'failed', error: expect.objectContaining({ code: 'rejected' }) },
      { state: 'troubled', error: expect.objectContaining({ code: 'unknown_outcome' }) },
      expect.objectContaining({ state: 'pending' }),
    ]);
  });
});

describe('an account without the money', () => {
  it('whose order is refused for that waits until it is topped up, and says so; it is not taken for a refusal of the order', async () => {
    const stage = await aStage();
    await putControl(stage.sandbox, '/balance', { balance: 5, refuses: true });
    const failure = await failureOf(create(stage));
    expect([failure.code, failure.message]).toEqual(['invalid_config', expect.stringMatching(/Not enough funds.* top it up/)]);
    await putControl(stage.sandbox, '/balance', { balance: 100, refuses: true });
    const { output } = await create(stage, { journal: failure.journal });
    expect(alive(stage)).toEqual([output['orderId']]);
  });

  it('has an order refused for another reason in the words of GoGetSSL, whether or not it tells its prices', async () => {
    const stage = await aStage();
    for (const fault of [false, true]) {
      if (fault) stage.sandbox.fault({ kind: 'error_before', path: '/products/ssl/' });
      const failure = await failureOf(create(stage, {}, { product: { productId: 66 } }));
      expect([failure.code, failure.message]).toEqual(['rejected', expect.stringMatching(/SAN items are not available for this product$/)]);
    }
  });
});

describe('a cancellation', () => {
  it('whose answer does not say that it worked is asked for again', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    const { fetch: send } = testCtx();
    let times = 0;
    const fetch: TestCtx['fetch'] = (url, request) =>
      url.includes('/cancel_ssl_order/') && (times += 1) === 1 ? Promise.resolve(new Response('{"message":"Busy"}')) : send(url, request);
    await run(stage, provisioning.terminate as never, later(output), { fetch });
    expect([alive(stage), times]).toEqual([[], 2]);
  });
});
