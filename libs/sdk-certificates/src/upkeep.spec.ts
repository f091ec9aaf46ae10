import { beforeEach, describe, expect, it } from '@jest/globals';
import { fields, PanelError, type JsonObject, type SubOperation } from '@hostwright/sdk';
import { failureOf, RunFailed, runOperation, testCtx, type Run } from '@hostwright/sdk-testing';
import { AuthorityInMemory } from '../test/authority-in-memory.js';
import { certificateProduct, certificateProductFields, type CertificateAuthority } from './index.js';

let authority: AuthorityInMemory;
beforeEach(async () => {
  authority = await AuthorityInMemory.make();
});

const productOf = (more: { readonly free?: true; readonly reissues?: true } = {}) =>
  certificateProduct({
    server: fields({}),
    product: certificateProductFields,
    ...(more.free ? { free: true as const } : {}),
    authority: (): CertificateAuthority => {
      const made = authority.asAuthority();
      return more.reissues ? { ...made, reissue: made.order } : made;
    },
  });
const sold = { keyType: 'ecdsa-p256', validation: 'automatic', install: true } as const;
const paidTo = '2040-01-01T00:00:00.000Z';

async function aged(product: ReturnType<typeof productOf>) {
  const made = await runOperation(product.create, {
    ctx: testCtx(),
    server: {},
    product: sold,
    order: { names: 'a.example.com' },
  } as never);
  const { remoteId, ...properties } = (made as Run<JsonObject>).output;
  const later = { ctx: testCtx(), server: {}, product: sold, order: { names: 'a.example.com' }, remoteId, properties };
  return { later: { ...later, properties: { ...properties, paidTo } } as never, properties };
}

const propertiesOf = (given: never) => (given as { readonly properties: JsonObject }).properties;
/** What the next operation is given when one has left that. */
const after = (given: never, output: JsonObject) => ({ ...(given as object), properties: { ...propertiesOf(given), ...output } }) as never;

describe('a certificate that nears its end', () => {
  const dates = (product: ReturnType<typeof productOf>, until: string) =>
    product.dates!({
      product: sold,
      properties: { validFrom: '2026-01-01T00:00:00.000Z', validTo: '2026-03-31T00:00:00.000Z', paidTo: until } as never,
    });

  it('is seen to after two thirds of its life, as long as that costs nothing, and ends with what is paid', () => {
    const third = '2026-03-01T08:00:00.000Z';
    expect(dates(productOf({ free: true }), '2026-03-31T00:00:00.000Z')).toEqual({
      expiresAt: '2026-03-31T00:00:00.000Z',
      upkeepAt: '2026-03-01T08:00:00.000Z',
    });
    expect(dates(productOf({ reissues: true }), paidTo)).toEqual({ expiresAt: paidTo, upkeepAt: third });
    // The last of its term: another one would have to be paid for.
    expect(dates(productOf({ reissues: true }), '2026-03-31T12:00:00.000Z')).toEqual({ expiresAt: '2026-03-31T12:00:00.000Z' });
  });

  it.each([
    ['2026-06-30', 90, '2026-08-29'],
    ['2026-06-30', 45, '2026-07-30'],
    ['2026-06-30', 6, '2026-07-04'],
  ])('of %s is seen to after two thirds, whether it lasts %i days or another number of them', (from, days, seen) => {
    const validTo = new Date(Date.parse(from) + days * 86_400_000).toISOString();
    const properties = { validFrom: `${from}T00:00:00.000Z`, validTo, paidTo: validTo } as never;
    expect(productOf({ free: true }).dates!({ product: sold, properties }).upkeepAt).toBe(`${seen}T00:00:00.000Z`);
  });

  it('is issued again within the paid term, with a new key, and installed again', async () => {
    const product = productOf({ reissues: true });
    const { later, properties } = await aged(product);
    const { output } = (await runOperation(product.upkeep!, later)) as Run<JsonObject>;
    expect(output).toMatchObject({ orderId: '2', names: 'a.example.com', paidTo });
    expect(output['privateKey']).not.toEqual(properties['privateKey']);
    const { asked } = await runOperation(product.upkeep!, after(later, output));
    expect(asked.get('install certificate')).toMatchObject({
      input: { certificate: output['certificate'], privateKey: output['privateKey'] },
    });
  });

  it('is ordered anew where orders are free', async () => {
    const product = productOf({ free: true });
    const { later } = await aged(product);
    const { output } = (await runOperation(product.upkeep!, later)) as Run<JsonObject>;
    expect(output).toMatchObject({ orderId: '2', paidTo: output['validTo'] });
  });

  it('is not ordered again for an installation that fails: that of the one that was issued is tried again', async () => {
    const product = productOf({ free: true });
    const { later, properties } = await aged(product);
    let left = later;
    let installs: readonly unknown[] = [];
    let works = false;
    const answer = ({ operation, input }: SubOperation<unknown>): undefined => {
      if (operation !== 'installCertificate') return undefined;
      installs = [...installs, (input as { certificate: string }).certificate];
      if (!works) throw new PanelError('rejected', 'the server does not take it');
      return undefined;
    };
    /** As the host does it: what a job has done is undone when it fails, and a day later there is another. */
    const dayOfUpkeep = async (): Promise<void> => {
      try {
        left = after(left, ((await runOperation(product.upkeep!, left, { answer })) as Run<JsonObject>).output);
      } catch (error) {
        if (!(error instanceof RunFailed)) throw error;
        await error.undo();
      }
    };
    for (let day = 0; day < 6; day += 1) await dayOfUpkeep();
    expect([authority.placed, authority.withdrawn]).toEqual([2, []]);
    const { certificate, onSite } = propertiesOf(left);
    expect([onSite, new Set(installs)]).toEqual([properties['certificate'], new Set([certificate])]);
    works = true;
    await dayOfUpkeep();
    expect([authority.placed, propertiesOf(left)['onSite']]).toEqual([2, certificate]);
  });

  it('is installed as soon as it is issued, and then left alone until it ages', async () => {
    const product = productOf({ free: true });
    const { later } = await aged(product);
    const datesAfter = (left: never) => product.dates!({ product: sold, properties: propertiesOf(left) as never }).upkeepAt!;
    const started = Date.now();
    const issued = after(later, ((await runOperation(product.upkeep!, later)) as Run<JsonObject>).output);
    expect(Date.parse(datesAfter(issued))).toBeGreaterThanOrEqual(started);
    expect(Date.parse(datesAfter(issued))).toBeLessThanOrEqual(Date.now());
    const installed = after(issued, ((await runOperation(product.upkeep!, issued)) as Run<JsonObject>).output);
    expect(datesAfter(installed)).toBe('2032-08-31T16:00:00.000Z');
  });

  it('is ordered anew when the one that could not be installed has aged itself', async () => {
    const product = productOf({ free: true });
    const { later } = await aged(product);
    const issued = after(later, ((await runOperation(product.upkeep!, later)) as Run<JsonObject>).output);
    const late = { ...(issued as object), ctx: testCtx({ now: () => '2033-01-01T00:00:00.000Z' }) } as never;
    const { output, asked } = (await runOperation(product.upkeep!, late)) as Run<JsonObject>;
    expect([authority.placed, asked.has('install certificate')]).toEqual([3, false]);
    expect(output['onSite']).toBe(propertiesOf(later)['certificate']);
  });

  it('takes off the site what is there, though another was issued since', async () => {
    const product = productOf({ free: true });
    const { later, properties } = await aged(product);
    const issued = after(later, ((await runOperation(product.upkeep!, later)) as Run<JsonObject>).output);
    const { asked } = await runOperation(product.terminate as never, issued);
    expect(asked.get('remove from site')).toMatchObject({ input: { certificate: properties['certificate'] } });
  });

  it('of a customer who installs it himself is one job, which tells the next time', async () => {
    const product = productOf({ free: true });
    const { later } = await aged(product);
    const own = { ...(later as object), product: { ...sold, install: false } } as never;
    const { output } = (await runOperation(product.upkeep!, own)) as Run<JsonObject>;
    expect([output['orderId'], output['issuedAt']]).toEqual(['2', undefined]);
  });

  it('is never bought again by itself', async () => {
    const product = productOf();
    const { later } = await aged(product);
    expect((await failureOf(runOperation(product.upkeep!, later))).code).toBe('unsupported');
    expect(authority.orders.size).toBe(1);
  });
});
