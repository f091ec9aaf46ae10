import { X509Certificate } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Checkout } from './support/bundle-checkout.js';
import { BundlePanel, type Ordered } from './support/bundle-panel.js';
import { certificateRefused } from './support/bundle-troubles.js';
import { bundleOf, type Bundle } from './support/bundles.js';
import { shownCertificates } from './support/site-visit.js';

jest.setTimeout(60_000);
const [site, certificate] = [bundleOf('plain-site'), bundleOf('premium-certificate')];
const [business, balancing] = [bundleOf('business-site'), bundleOf('load-balancing')];
let panel: BundlePanel;
let shop: Checkout;

beforeAll(async () => {
  panel = await BundlePanel.open();
  shop = new Checkout(panel, 'card payments');
});
afterAll(() => panel?.close());
beforeEach(() => panel.nextInterval());
afterEach(() => expect(panel.violations()).toEqual([]));

const serviceOf = (id: string) => panel.call('GET', `/api/v1/services/${id}`);
/** Of different services, so they come in either order. */
const subjects = async (customer: string) => (await panel.told({ customer })).map(({ subject }) => subject).sort();
const hasEnded = (...ids: string[]) =>
  panel.eventually('all has ended', async () => {
    const services = await Promise.all(ids.map(serviceOf));
    return services.every(({ state }) => state === 'terminated') || undefined;
  });
/** What there is with those, each thing of a provider counted. */
const together = (...bundles: readonly Bundle[]) => {
  const all: Record<string, Record<string, number>> = {};
  for (const { delivered } of bundles)
    for (const [server, kinds] of Object.entries(delivered))
      for (const [kind, count] of Object.entries(kinds)) (all[server] ??= {})[kind] = (all[server][kind] ?? 0) + count;
  return all;
};
async function delivered(customer: string): Promise<Ordered & { readonly subject: string }> {
  const bought = await shop.buy(customer, { plan: 'price_plain' });
  await panel.until(bought.jobId, ['completed']);
  expect(panel.counts()).toEqual(site.delivered);
  return bought;
}
/** The certificate that the customer's site shows is that of the service. */
async function expectShown(customer: string, serviceId: string): Promise<void> {
  const { port } = await panel.look('hosting', '/sites');
  const [shown] = await shownCertificates(port, `${customer}.example`);
  const { components } = await serviceOf(serviceId);
  expect(shown!.fingerprint256).toBe(new X509Certificate(components[0].properties.certificate).fingerprint256);
}

describe('a certificate that is bought for a site which is there', () => {
  it('through another billing system is issued once, installed on that site, and ends before it', async () => {
    const bought = await delivered('hal');
    const addon = await shop.sell('hal', { plan: 'price_certificate' });
    await Promise.all(Array.from({ length: 5 }, () => shop.tell(addon, { eventId: 'evt_added' })));
    const { serviceId, jobId } = await shop.ordered(addon);
    await panel.until(jobId, ['completed']);
    expect(panel.counts()).toEqual(together(site, certificate));
    await expectShown('hal', serviceId);
    expect(await serviceOf(serviceId)).toMatchObject({ parentId: bought.serviceId, productCode: certificate.code });
    expect((await serviceOf(bought.serviceId)).children).toEqual([{ id: serviceId, productCode: certificate.code, state: 'active' }]);
    expect(await subjects('hal')).toEqual([`${site.name} is ready`, `${certificate.name} is ready`]);

    await shop.becomes(bought.subject, 'ended');
    await hasEnded(serviceId, bought.serviceId);
    expect(panel.ledger()).toEqual([]);
  });

  it('from the service itself is the same, and the site stays when it alone is ended', async () => {
    const { serviceId: parent } = await delivered('ida');
    const wanted = { product: certificate.code, external: { source: 'portal', id: 'ida-1' } };
    const [first, again] = [
      await panel.call('POST', `/api/v1/services/${parent}/addons`, wanted),
      await panel.call('POST', `/api/v1/services/${parent}/addons`, wanted),
    ];
    expect([first.created, again.created, again.serviceId]).toEqual([true, false, first.serviceId]);
    await panel.until(first.jobId, ['completed']);
    await expectShown('ida', first.serviceId);
    await panel.call('POST', `/api/v1/services/${first.serviceId}/operations`, { operation: 'terminate' });
    await hasEnded(first.serviceId);
    expect(panel.counts()).toEqual(site.delivered);
    await panel.call('POST', `/api/v1/services/${parent}/operations`, { operation: 'terminate' });
    await hasEnded(parent);
    expect(panel.ledger()).toEqual([]);
  });

  it('and refused by the authority leaves the site as it was: support is told why, the customer that it takes longer', async () => {
    const { serviceId: parent } = await delivered('joe');
    await certificateRefused.before?.(panel);
    const addon = await shop.buy('joe', { plan: 'price_certificate' });
    await certificateRefused.during?.(panel, addon, 'joe');
    await panel.until(addon.jobId, ['failed']);
    await certificateRefused.calm?.(panel);
    expect(panel.counts()).toEqual(site.delivered);
    expect((await serviceOf(parent)).state).toBe('active');
    expect((await panel.tasks(addon.jobId)).map(({ kind }) => kind)).toEqual(['failed']);
    expect(await panel.told({ jobId: addon.jobId })).toHaveLength(1);
    expect(await subjects('joe')).toEqual([`${site.name} is ready`, `${certificate.name} takes longer than usual`]);
    await panel.call('POST', `/api/v1/services/${parent}/operations`, { operation: 'terminate' });
    await hasEnded(parent);
    expect(panel.ledger()).toEqual([]);
  });
});

describe('an add-on at Cloudflare that is bought for a zone which is there', () => {
  /** Rate plans of the add-ons in the customer's account. */
  const addOns = () =>
    panel
      .at('accounts')
      .ledger()
      .filter(({ kind }) => kind === 'subscription')
      .map(({ details }) => details?.['ratePlan'])
      .sort();
  /** A business site, and what it has at Cloudflare. */
  async function businessSite(customer: string) {
    const { serviceId, jobId } = await panel.order(customer, business.code);
    await panel.until(jobId, ['completed']);
    expect(addOns()).toEqual(['PARTNERS_ZONE_ARGO']);
    return { serviceId, had: panel.at('accounts').ledger() };
  }
  const operate = (serviceId: string, operation: string) => panel.call('POST', `/api/v1/services/${serviceId}/operations`, { operation });

  it('is subscribed to once, in the account of that zone, and its end leaves everything else as it was', async () => {
    const { serviceId: parent, had } = await businessSite('kim');
    const addon = await shop.sell('kim', { plan: 'price_load_balancing' });
    await Promise.all(Array.from({ length: 5 }, () => shop.tell(addon, { eventId: 'evt_balanced' })));
    const { serviceId, jobId } = await shop.ordered(addon);
    await panel.until(jobId, ['completed']);
    expect(panel.counts()).toEqual(together(business, balancing));
    expect(panel.at('accounts').ledger()).toEqual(expect.arrayContaining([...had]));
    const [above, below] = [await serviceOf(parent), await serviceOf(serviceId)];
    const { accountId, zoneId } = above.components.find(({ name }: { name: string }) => name === 'account').properties;
    expect(below).toMatchObject({ parentId: parent, components: [{ properties: { accountId, zoneId, plan: 'none' } }] });

    await operate(serviceId, 'terminate');
    await hasEnded(serviceId);
    expect(panel.at('accounts').ledger()).toEqual(had);
    await operate(parent, 'terminate');
    await hasEnded(parent);
    expect(panel.ledger()).toEqual([]);
  });

  it('through a worker that dies and answers that are lost is subscribed to once, and ends before the zone', async () => {
    const { serviceId: parent } = await businessSite('lou');
    panel.at('accounts').fault({ kind: 'lost_reply', method: 'POST', path: '/subscriptions$' });
    const { serviceId, jobId } = await panel.call('POST', `/api/v1/services/${parent}/addons`, { product: balancing.code });
    await panel.eventually('it is subscribed to', () => addOns().includes('PARTNERS_LOAD_BALANCING') || undefined);
    await panel.killWorker();
    await panel.until(jobId, ['completed']);
    expect(panel.counts()).toEqual(together(business, balancing));
    await operate(parent, 'terminate');
    await hasEnded(serviceId, parent);
    expect(panel.ledger()).toEqual([]);
  });

  it('that the zone has already is not charged for twice: support is told, and the zone stays as it is', async () => {
    const { serviceId: parent, had } = await businessSite('max');
    await panel.sell({ ...balancing, components: balancing.components.map(argoInstead) }, { code: 'argo' });
    const { jobId } = await panel.call('POST', `/api/v1/services/${parent}/addons`, { product: 'argo' });
    await panel.until(jobId, ['failed']);
    expect((await panel.tasks(jobId)).map(({ detail }) => detail)).toEqual([expect.stringContaining('has PARTNERS_ZONE_ARGO already')]);
    expect(panel.at('accounts').ledger()).toEqual(had);
    await operate(parent, 'terminate');
    await hasEnded(parent);
    expect(panel.ledger()).toEqual([]);
  });
});

function argoInstead(component: Bundle['components'][number]): Bundle['components'][number] {
  return { ...component, settings: { ...component.settings, argo: true, loadBalancing: false } };
}
