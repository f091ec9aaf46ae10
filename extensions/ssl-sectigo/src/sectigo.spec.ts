import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { failureOf, putControl, testCtx, type FaultKind } from '@hostwright/sdk-testing';
import { aStage, run, type Stage } from '../test/stage.js';
import { sectigoAuthority } from './authority.js';
import type { ProductConfig, ServerConfig } from './config.js';
import { certificate, provisioning } from './modules.js';

const order = { names: 'shop.example.com' };
const several = { code: 279, covers: 'several names' };
type Left = Record<string, string> & { readonly privateKey: { readonly $secret: string } };
interface Asked {
  readonly product?: object;
  readonly names?: string;
  readonly csr?: string;
}

const create = async (stage: Stage, options = {}, { product = {}, ...asked }: Asked = {}) =>
  (await run(
    stage,
    provisioning.create,
    { order: { ...order, ...asked }, product: { ...stage.sandbox.product, ...product } },
    {
      pauseMs: 30,
      ...options,
    },
  )) as unknown as { output: Left; undo(): Promise<void> };
const later = (left: Left, more: object = {}) => {
  const { remoteId, ...properties } = left;
  return { order: { names: left['names'] }, remoteId, properties, ...more } as never;
};
/** A stage, and the names of the records that were published on it. */
async function publishedNames(): Promise<{ readonly stage: Stage; readonly published: string[] }> {
  const stage = await aStage();
  const published: string[] = [];
  const answer: Stage['answer'] = (call) => {
    if (call.operation === 'ensureRecord') published.push((call.input as { name: string }).name);
    return stage.answer(call);
  };
  return { stage: { ...stage, answer }, published };
}
const alive = ({ sandbox }: Stage) => sandbox.ledger().map(({ id }) => id);
const callsOf = ({ sandbox }: Stage, name: string) => sandbox.calls().filter(({ path }) => path === `/products/${name}`).length;

describe('a certificate of Sectigo', () => {
  it('is ordered, validated by the records of the dns module, waited for and read; the records go again', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    expect(output).toMatchObject({ names: 'shop.example.com', remoteId: alive(stage)[0] });
    const [leaf, issuer] = [new X509Certificate(output['certificate']!), new X509Certificate(output['chain']!)];
    expect([leaf.subjectAltName, leaf.verify(issuer.publicKey)]).toEqual(['DNS:shop.example.com', true]);
    // Paid for longer than one certificate lasts: it is issued anew meanwhile.
    expect(Date.parse(output['paidTo']!)).toBeGreaterThan(Date.parse(output['validTo']!));
    expect(stage.zone.size).toBe(0);
    expect(stage.sandbox.violations()).toEqual([]);
  });

  it('for several names, a wildcard among them, is shown by one record for a name and its wildcard', async () => {
    const { stage, published } = await publishedNames();
    const { output } = await create(stage, {}, { product: several, names: '*.example.com, example.com, shop.example.com' });
    expect(new X509Certificate(output['certificate']!).subjectAltName).toBe('DNS:*.example.com, DNS:example.com, DNS:shop.example.com');
    expect(published.sort((a, b) => a.length - b.length)).toEqual([
      expect.stringMatching(/^_[0-9a-f]{32}\.example\.com$/),
      expect.stringMatching(/^_[0-9a-f]{32}\.shop\.example\.com$/),
    ]);
  });

  it('for a wildcard never has the star in the name that is validated', async () => {
    const { stage, published } = await publishedNames();
    await create(stage, {}, { product: { code: 289, covers: 'one wildcard' }, names: '*.example.com' });
    expect(published).toEqual([expect.stringMatching(/^_[0-9a-f]{32}\.example\.com$/)]);
  });

  it.each([
    ['a wildcard as one name (-5)', { names: '*.example.com' }],
    ['a name as a wildcard (-6)', { product: { code: 289, covers: 'one wildcard' } }],
    ['more names than one', { names: 'a.example.com, b.example.com' }],
  ] as [string, Asked][])('is not ordered for %s, and says which field is wrong', async (_what, asked) => {
    const stage = await aStage();
    const failure = await failureOf(create(stage, {}, asked));
    expect([failure.code, failure.cause]).toEqual(['invalid_input', expect.objectContaining({ field: 'order.names' })]);
    expect(callsOf(stage, '!AutoApplySSL')).toBe(0);
  });

  it('is ordered as well when the answer to it is 1: payment or validation is awaited', async () => {
    const stage = await aStage();
    await putControl(stage.sandbox, '/order-answer', { number: 1 });
    expect((await create(stage)).output['remoteId']).toBe(alive(stage)[0]);
  });

  it('bears the end of our mark and a word of its own, so that a person finds it in the pages of Sectigo', async () => {
    const stage = await aStage();
    await create(stage);
    const { reference } = stage.sandbox.ledger()[0]!.details as { reference: string };
    expect(reference).toMatch(/^hw-test-.*-[0-9a-f]{20}$/);
  });
});

describe('an order whose answer was lost', () => {
  it.each<FaultKind>(['ghost_success', 'late_success', 'lost_reply', 'error_before', 'error_after', 'wrong_shape', 'hang', 'refuse'])(
    'with %s is left for a person, and never sent again: nothing finds it, and a second one makes the first one fail',
    async (kind) => {
      const stage = await aStage();
      stage.sandbox.fault({ kind, path: '!AutoApplySSL', delayMs: 20 });
      const failure = await failureOf(create(stage));
      expect(failure.code).toBe('unknown_outcome');
      expect(callsOf(stage, '!AutoApplySSL')).toBe(1);
    },
  );

  it('tells the person what to look for in the pages of Sectigo, and what to do with it', async () => {
    const stage = await aStage();
    await create(stage);
    const { reference } = stage.sandbox.ledger()[0]!.details as { reference: string };
    const { order: ordering } = sectigoAuthority(testCtx(), stage.sandbox.server as ServerConfig, stage.sandbox.product as ProductConfig);
    const wish = { names: [], csr: '', reference: testCtx().owner, once: reference.slice(-20) };
    expect(ordering.advice!(wish)).toMatch(new RegExp(`^Look for the reference ${reference} .* retry.* skip the step`));
  });

  it('goes on with the number that the person tells, and is paid for as long as any other: it ends with that, and is issued again within it', async () => {
    const stage = await aStage();
    stage.sandbox.fault({ kind: 'lost_reply', path: '!AutoApplySSL' });
    const { journal } = await failureOf(create(stage));
    const [orderId] = alive(stage);
    journal.write('order certificate', { state: 'done', output: { orderId: orderId! } });
    const { output } = await create(stage, { journal });
    expect([output['orderId'], callsOf(stage, '!AutoApplySSL')]).toEqual([orderId, 1]);
    const days = (Date.parse(output['paidTo']!) - Date.parse(output['validFrom']!)) / 86_400_000;
    expect(days).toBe((stage.sandbox.product as unknown as ProductConfig).days);
    const { expiresAt, upkeepAt } = provisioning.dates!({ product: stage.sandbox.product as never, properties: output as never });
    expect([expiresAt, Date.parse(upkeepAt!) < Date.parse(output['validTo']!)]).toEqual([output['paidTo'], true]);
    const again = (await run(stage, provisioning.upkeep!, later(output), { pauseMs: 30, attempts: 8 })).output as unknown as Left;
    expect(again['paidTo']).toBe(output['paidTo']);
  });

  it('when the panel died after the call is left for a person as well', async () => {
    const stage = await aStage();
    const failure = await failureOf(create(stage, { crashAfterCall: 'order certificate' }));
    expect(failure.message).toMatch(/nobody can tell/);
    expect(callsOf(stage, '!AutoApplySSL')).toBe(1);
  });

  it('in part is known all the same when the part has its number', async () => {
    const stage = await aStage();
    stage.sandbox.fault({ kind: 'malformed', path: '!AutoApplySSL' });
    const { output } = await create(stage);
    expect(alive(stage)).toEqual([output['orderId']]);
  });

  it('because of too many requests is none, for certain: it is sent again', async () => {
    const stage = await aStage();
    stage.sandbox.fault({ kind: 'too_many_requests', path: '!AutoApplySSL' });
    const { output } = await create(stage);
    expect(alive(stage)).toEqual([output['orderId']]);
  });
});

describe('the way to a certificate', () => {
  it.each(['confirm validation', 'await certificate', 'collect certificate'])(
    'goes on when the panel dies after the call of "%s"',
    async (at) => {
      const stage = await aStage();
      const { output } = await create(stage, { crashAfterCall: at, pauseMs: 60 });
      expect(alive(stage)).toEqual([output['orderId']]);
    },
  );

  it('collects once the order says that it is issued: not more often than every three hours, nor side by side', async () => {
    const stage = await aStage();
    await create(stage);
    expect([callsOf(stage, 'download/CollectSSL'), stage.sandbox.violations()]).toEqual([1, []]);
    expect(provisioning.limits).toEqual({ permits: { collect: 1 } });
    expect(certificate.limits).toEqual(provisioning.limits);
  });

  it('is found by collecting alone where the order does not tell how it stands', async () => {
    const stage = await aStage();
    await putControl(stage.sandbox, '/tells', { state: false });
    const { output } = await create(stage, { pauseMs: 130 });
    expect(output['certificate']).toContain('BEGIN CERTIFICATE');
  });

  it('is never side by side with another there either', async () => {
    const stage = await aStage();
    await putControl(stage.sandbox, '/tells', { state: false });
    await Promise.all(['a', 'b', 'c'].map((name) => create(stage, { pauseMs: 130 }, { names: `${name}.example.com` })));
    expect([callsOf(stage, 'download/CollectSSL') >= 3, stage.sandbox.violations()]).toEqual([true, []]);
  });

  it('reads a certificate that comes in lines, its number in the first', async () => {
    const stage = await aStage();
    await putControl(stage.sandbox, '/collect', { lines: true });
    const { output } = await create(stage);
    expect(output['chain']).toContain('BEGIN CERTIFICATE');
  });

  it('waits when the certificate is not to be had yet: the call limit (-42), or being issued just now (-26)', async () => {
    for (const number of [-42, -26]) {
      const stage = await aStage();
      await putControl(stage.sandbox, '/refuse', { call: 'download/CollectSSL', number });
      expect((await create(stage, { attempts: 12 })).output['certificate']).toContain('BEGIN');
    }
  });

  it('does not mind that the names are not looked at again when it asks for that', async () => {
    const stage = await aStage();
    await putControl(stage.sandbox, '/refuse', { call: '!AutoUpdateDCV', number: -4 });
    expect((await create(stage)).output['certificate']).toContain('BEGIN');
  });

  it.each(['rejected', 'failed', 'revoked'])('ends, with the reason, when the order is %s meanwhile', async (state) => {
    const stage = await aStage();
    const failing = failureOf(create({ ...stage, answer: () => undefined }, { attempts: 1 }));
    while (alive(stage).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await putControl(stage.sandbox, '/order', { id: Number(alive(stage)[0]), state });
    const failure = await failing;
    expect([failure.code, failure.message]).toEqual(['rejected', expect.stringMatching(/order \d+ is (rejected|revoked)/)]);
  });
});

describe('a reissue', () => {
  it('keeps the order and what is paid, and does not take the old certificate for the new one', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    const again = await run(stage, provisioning.actions!['reissue']!, later(output, { input: {} }), { pauseMs: 30, attempts: 8 });
    const { $leaves } = again.output as unknown as { $leaves: Left };
    expect($leaves).toMatchObject({ orderId: output['orderId'], paidTo: output['paidTo'] });
    const key = (pem: string) => new X509Certificate(pem).publicKey;
    expect(key($leaves['certificate']!).equals(key(output['certificate']!))).toBe(false);
    expect(alive(stage)).toEqual([output['orderId']]);
  });

  const reissue = (stage: Stage, output: Left) =>
    run(stage, provisioning.actions!['reissue']!, later(output, { input: {} }), { pauseMs: 30, attempts: 8 });

  it.each<FaultKind>(['lost_reply', 'ghost_success', 'error_before', 'error_after', 'malformed', 'wrong_shape'])(
    'whose answer shows %s is asked for once more, with a validation of its own, so that neither makes the other fail',
    async (kind) => {
      const stage = await aStage();
      const { output } = await create(stage);
      stage.sandbox.fault({ kind, path: '!AutoReplaceSSL' });
      const { $leaves } = (await reissue(stage, output)).output as unknown as { $leaves: Left };
      expect($leaves['certificate']).not.toBe(output['certificate']);
      expect(alive(stage)).toEqual([output['orderId']]);
    },
  );

  it('that Sectigo does not take while another is under way fails with its words; the certificate before stays good', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    await putControl(stage.sandbox, '/replace', { pending: false });
    stage.sandbox.fault({ kind: 'lost_reply', path: '!AutoReplaceSSL' });
    const failure = await failureOf(reissue(stage, output));
    expect([failure.code, failure.message]).toEqual(['rejected', expect.stringMatching(/being replaced already/)]);
    expect(alive(stage)).toEqual([output['orderId']]);
  });

  it('for a request of the customer’s own, which is the same as before, has another validation', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    const product = { ...stage.sandbox.product, validation: 'always automatic' };
    const own = (await create(stage, {}, { csr: output['csr']!, product })).output;
    expect(alive(stage)).toHaveLength(2);
    await run(
      stage,
      provisioning.actions!['reissue']!,
      { ...(later(own) as object), product, order: { ...order, csr: own['csr']! }, input: {} } as never,
      {
        pauseMs: 30,
        attempts: 8,
      },
    );
    expect(stage.sandbox.ledger().map(({ details }) => (details as { state: string }).state)).toEqual(['issued', 'issued']);
  });
});

describe('a renewal', () => {
  it('is a new order', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    const renewed = (await run(stage, provisioning.renew!, later(output), { pauseMs: 30 })).output as unknown as Left;
    expect(alive(stage)).toEqual([output['orderId'], renewed['orderId']]);
  });
});
