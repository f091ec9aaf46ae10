import { createPrivateKey, X509Certificate } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Checkout } from './support/bundle-checkout.js';
import { BundlePanel, publicUrl, type Ordered } from './support/bundle-panel.js';
import { certificateRefused, installationRefused, planRefused, siteRefused, zoneRefused, type Trouble } from './support/bundle-troubles.js';
import { bundleOf, plans } from './support/bundles.js';
import { addressesOf, shownCertificates } from './support/site-visit.js';

jest.setTimeout(60_000);
const bundle = bundleOf('business-site');
const [ready, late] = [`${bundle.name} is ready`, `${bundle.name} takes longer than usual`];
let panel: BundlePanel;
let shop: Checkout;

beforeAll(async () => {
  panel = await BundlePanel.open();
  shop = new Checkout(panel, 'card payments');
  await panel.sell(bundle, { code: 'kept', onFailure: 'keep for repair' });
  await panel.map({ ...plans[0]!, plan: 'price_kept', bundle: 'kept' });
});
afterAll(() => panel?.close());
beforeEach(() => panel.nextInterval());
afterEach(() => expect(panel.violations()).toEqual([]));

interface Left {
  readonly [component: string]: Readonly<Record<string, string>>;
}
const leftOn = async (serviceId: string): Promise<Left> => {
  const { components } = await panel.call('GET', `/api/v1/services/${serviceId}`);
  return Object.fromEntries(components.map((one: { name: string; properties: object }) => [one.name, one.properties]));
};
interface Span {
  readonly component: string;
  readonly began: Date;
  readonly ended: Date;
}
/** From the first call for a component to its last result. */
const spansOf = async (jobId: string): Promise<Readonly<Record<string, Span>>> => {
  const { rows } = await panel.stage.db.pool.query<Span>(
    `SELECT split_part(key, ' / ', 1) AS component, min(started_at) AS began, max(finished_at) AS ended
     FROM provisioning_step WHERE job_id = $1 AND state = 'done' GROUP BY 1`,
    [jobId],
  );
  return Object.fromEntries(rows.map((row) => [row.component, row]));
};
const subjects = async (customer: string) => (await panel.told({ customer })).map(({ subject }) => subject);
const kinds = async (jobId: string) => (await panel.tasks(jobId)).map(({ kind }) => kind).sort();
const end = async (serviceId: string): Promise<void> => {
  const { jobId } = await panel.call('POST', `/api/v1/services/${serviceId}/operations`, { operation: 'terminate' });
  await panel.until(jobId, ['completed']);
  expect(panel.ledger()).toEqual([]);
};

/** The site answers under its domain, with the certificate that was issued for it and the key to that. */
async function expectItServed({ site, certificate }: Left): Promise<void> {
  const { port } = await panel.look('hosting', '/sites');
  const [shown, issuer] = await shownCertificates(port, site!['domain']!);
  expect(shown!.fingerprint256).toBe(new X509Certificate(certificate!['certificate']!).fingerprint256);
  expect(issuer!.fingerprint256).toBe(new X509Certificate(certificate!['chain']!).fingerprint256);
  expect(shown!.checkHost(site!['domain']!)).toBe(site!['domain']);
  expect(await addressesOf(`www.${site!['domain']}`, panel.names.address)).toEqual([site!['address']]);
}

describe('a bundle of a zone, an account with a plan, a site and its certificate, bought at another billing system', () => {
  it('is built once and whole, however often the payment is told; its customer can begin, and it ends with the subscription', async () => {
    const subject = await shop.sell('ada');
    expect(await shop.tell(subject, { secret: 'whsec_of_somebody_else' })).toBe(401);
    const told = await Promise.all(Array.from({ length: 10 }, () => shop.tell(subject, { eventId: 'evt_paid' })));
    expect([...new Set(told), await shop.tell(subject, { type: 'invoice.paid' })]).toEqual([200, 200]);
    const { serviceId, jobId } = await shop.ordered(subject);
    await panel.until(jobId, ['completed']);
    expect(panel.counts()).toEqual(bundle.delivered);
    const left = await leftOn(serviceId);
    await expectItServed(left);

    const { events } = await panel.job(jobId);
    expect(new Set(events.map(({ total }: { total: number }) => total)).size).toBe(1);
    expect(events.at(-1)).toMatchObject({ type: 'complete', percentage: 100 });
    const { zone, account, site, certificate } = await spansOf(jobId);
    expect(site!.began < zone!.ended && zone!.began < site!.ended).toBe(true);
    expect(account!.began >= zone!.ended && certificate!.began >= zone!.ended && certificate!.began >= site!.ended).toBe(true);

    const [mail] = await panel.told({ customer: 'ada' });
    const { username, address } = left['site']!;
    const passwords = panel.ledger().flatMap(({ details }) => (details?.['password'] === undefined ? [] : [String(details['password'])]));
    expect(passwords).toHaveLength(2);
    for (const fact of [username, address, left['account']!['nameServers'], left['zone']!['nameServers'], left['certificate']!['validTo']])
      expect(mail!.text).toContain(fact);
    for (const part of [mail!.text, mail!.html]) {
      expect(part).toContain(`${publicUrl}/app/services/${serviceId}`);
      expect(part).toContain(username);
      for (const secret of [...passwords, 'PRIVATE KEY', 'BEGIN CERTIFICATE']) expect(part).not.toContain(secret);
    }
    const [, token] = /\/app\/welcome#([\w-]{43})\b/.exec(mail!.text)!;
    expect(await panel.call('POST', '/api/v1/auth/one-time-links/look', { token })).toEqual({ state: 'open', email: 'ada@example.com' });
    const toSupport = await panel.told({ jobId });
    expect(toSupport.map(({ subject }) => subject)).toEqual([
      expect.stringContaining(`${bundle.name} was delivered (service ${serviceId})`),
    ]);
    for (const secret of [...passwords, 'PRIVATE KEY', token!]) expect(`${toSupport[0]!.text}${toSupport[0]!.html}`).not.toContain(secret);
    expect(await panel.tasks(jobId)).toEqual([]);

    expect(await Promise.all([shop.tell(subject, { eventId: 'evt_paid' }), shop.tell(subject)])).toEqual([200, 200]);
    await shop.seenTo(subject);
    expect([await shop.services(subject), panel.counts()]).toEqual([[expect.objectContaining({ id: serviceId })], bundle.delivered]);

    await shop.becomes(subject, 'ended');
    await panel.eventually('it has ended', async () => (await shop.services(subject))[0]!.state === 'terminated' || undefined, jobId);
    expect(panel.ledger()).toEqual([]);
    expect(await subjects('ada')).toEqual([ready, `${bundle.name} has ended`]);
  });

  it('hands its certificate and the key to whoever has a link, once, the newest after it was issued again, and shows the key nowhere else', async () => {
    const { serviceId, jobId: made } = await shop.buy('key');
    await panel.until(made, ['completed']);
    const fetch = async () => {
      const { url } = await panel.call('POST', `/api/v1/services/${serviceId}/file-link`, {});
      const [, token] = /^https:\/\/panel\.example\.com\/app\/files#(\w{43})$/.exec(url)!;
      const { files } = await panel.call('POST', '/api/v1/file-links/open', { token });
      return Object.fromEntries(
        files.map(({ name, content }: { name: string; content: string }) => [name.replace(/^key\.example\./, ''), content]),
      );
    };
    const first = await fetch();
    const { jobId } = await panel.call('POST', `/api/v1/services/${serviceId}/actions/reissue`, { component: 'certificate' });
    await panel.until(jobId, ['completed']);
    const second = await fetch();
    for (const files of [first, second])
      expect(new X509Certificate(files['crt']!).checkPrivateKey(createPrivateKey(files['key']!))).toBe(true);
    expect(second['key']).not.toBe(first['key']);
    expect((await leftOn(serviceId))['certificate']!['certificate']).toBe(second['crt']);
    const shown = await Promise.all(
      [made, jobId]
        .map((id) => `/api/v1/jobs/${id}`)
        .concat(`/api/v1/services/${serviceId}`, '/api/v1/services', '/api/v1/jobs')
        .map((path) => panel.call('GET', path)),
    );
    const { rows } = await panel.stage.db.pool.query(
      `SELECT (SELECT json_agg(e) FROM provisioning_event e) AS events, (SELECT json_agg(s) FROM provisioning_step s) AS steps,
         (SELECT json_agg(j) FROM provisioning_job j) AS jobs, (SELECT json_agg(o) FROM outbox o) AS outbox, (SELECT json_agg(q) FROM queue_task q) AS tasks,
         (SELECT json_agg(c) FROM service_component c) AS components, (SELECT json_agg(l) FROM file_link l) AS links, (SELECT json_agg(a) FROM audit a) AS audits`,
    );
    const everywhere = JSON.stringify([shown, rows, await panel.told({ customer: 'key' })]);
    expect(everywhere).toContain('Get the files');
    expect(everywhere).not.toContain('PRIVATE KEY');
    for (const { key } of [first, second] as { key?: string }[]) expect(everywhere).not.toContain(key!.split('\n')[2]!);
    await end(serviceId);
  });

  it('is built as well where subscriptions are kept elsewhere, once', async () => {
    const other = new Checkout(panel, 'subscriptions');
    const { subject, serviceId, jobId } = await other.buy('zoe');
    await Promise.all([other.tell(subject, { eventId: '903000000000001' }), other.tell(subject, { eventId: '903000000000001' })]);
    await panel.until(jobId, ['completed']);
    await other.seenTo(subject);
    expect([await other.services(subject), panel.counts()]).toEqual([[expect.objectContaining({ id: serviceId })], bundle.delivered]);
    await expectItServed(await leftOn(serviceId));
    expect(await subjects('zoe')).toEqual([ready]);
    await end(serviceId);
  });

  it('has one of each, though the worker is killed in the middle of it', async () => {
    const { serviceId, jobId } = await shop.buy('kim');
    await panel.eventually('its site is being made', () => panel.counts()['hosting']?.['account'], jobId);
    await panel.killWorker();
    await panel.until(jobId, ['completed']);
    expect(panel.counts()).toEqual(bundle.delivered);
    await expectItServed(await leftOn(serviceId));
    expect([await kinds(jobId), await subjects('kim')]).toEqual([[], [ready]]);
    await end(serviceId);
  });
});

describe('a bundle of which one component fails', () => {
  let people = 0;
  let asked: Readonly<Record<string, number>>;
  const callsOf = (server: string) => panel.at(server).calls().slice(asked[server]);
  /** A task for each thing that the provider of accounts has charged, since no undo brings that back. */
  const charged = (): readonly string[] =>
    callsOf('accounts').flatMap(({ method, path, status }) =>
      method === 'POST' && /\/subscriptions?$/.test(path) && status === 200 ? ['not_undone'] : [],
    );
  beforeEach(() => {
    asked = Object.fromEntries(Object.entries(panel.providers).map(([name, provider]) => [name, provider.calls().length]));
  });

  /** Bought, and then that happens. */
  const buyInto = async ({ before, during, calm, delegated = true, untouched = [] }: Trouble, plan: string, state: string) => {
    const customer = `fay${(people += 1)}`;
    await before?.(panel);
    const bought = await shop.buy(customer, { plan, delegated });
    await during?.(panel, bought, customer);
    await panel.until(bought.jobId, [state]);
    await calm?.(panel);
    for (const server of untouched) expect(callsOf(server)).toEqual([]);
    return { ...bought, customer };
  };
  /** Support is told of every task, and the customer that it takes longer, and not why. */
  const expectBothTold = async (jobId: string, customer: string, expected: readonly string[]): Promise<void> => {
    expect(await kinds(jobId)).toEqual([...expected].sort());
    const tasks = await panel.tasks(jobId);
    const toSupport = await panel.told({ jobId });
    expect(toSupport).toHaveLength(tasks.length);
    for (const { title } of tasks) expect(toSupport.filter(({ text }) => text.includes(title))).toHaveLength(1);
    expect(await subjects(customer)).toEqual([late]);
    const [mail] = await panel.told({ customer });
    for (const { title, detail } of tasks) for (const told of [title, detail]) expect(`${mail!.text}${mail!.html}`).not.toContain(told);
  };
  const titled = (...each: Trouble[]): [string, Trouble][] => each.map((trouble) => [trouble.what, trouble]);

  it.each(titled(zoneRefused, planRefused, siteRefused, certificateRefused, installationRefused))(
    'is rolled back when %s: nothing is left, and what was charged is told to staff',
    async (_, trouble) => {
      const { jobId, customer } = await buyInto(trouble, 'price_business', 'failed');
      expect(panel.ledger()).toEqual([]);
      await expectBothTold(jobId, customer, ['failed', ...charged()]);
    },
  );

  it('is made anew by staff after it was rolled back, and only then its customer is told that it is ready', async () => {
    const { serviceId, jobId: first, customer } = await buyInto(planRefused, 'price_business', 'failed');
    const before = charged();
    await expectBothTold(first, customer, ['failed', ...before]);
    const { jobId } = await panel.call('POST', `/api/v1/jobs/${first}/retry`);
    await panel.until(jobId, ['completed']);
    expect(panel.counts()).toEqual(bundle.delivered);
    expect([await kinds(first), await kinds(jobId)]).toEqual([before, []]);
    expect(await subjects(customer)).toEqual([late, ready]);
    await end(serviceId);
  });

  it.each(titled(zoneRefused, planRefused, siteRefused, installationRefused))(
    'is kept where its product says so when %s; once that is mended it is made whole',
    async (_, trouble) => {
      const { serviceId, jobId, customer } = await buyInto(trouble, 'price_kept', 'needs_operator');
      const { steps } = await panel.job(jobId);
      expect(steps.filter(({ state }: { state: string }) => state === 'undone')).toEqual([]);
      await expectBothTold(jobId, customer, ['failed']);
      await trouble.mend?.(panel, customer);
      await panel.call('POST', `/api/v1/jobs/${jobId}/retry`);
      await panel.until(jobId, ['completed']);
      expect(panel.counts()).toEqual(bundle.delivered);
      await expectItServed(await leftOn(serviceId));
      expect([await kinds(jobId), await subjects(customer)]).toEqual([[], [late, ready]]);
      await end(serviceId);
    },
  );

  it('is kept when the authority refuses the certificate; staff may take it all back, and its customer is told that', async () => {
    const { jobId, customer } = await buyInto(certificateRefused, 'price_kept', 'needs_operator');
    const { 'zones of customers': zones, hosting } = panel.counts();
    expect({ zones, hosting }).toEqual({ zones: expect.objectContaining({ 'dns-zone': 1 }), hosting: bundle.delivered['hosting'] });
    await expectBothTold(jobId, customer, ['failed']);
    await panel.call('POST', `/api/v1/jobs/${jobId}/rollback`);
    await panel.until(jobId, ['cancelled']);
    expect(panel.ledger()).toEqual([]);
    expect(await kinds(jobId)).toEqual(charged());
    expect(await subjects(customer)).toEqual([late, `${bundle.name} could not be delivered`]);
  });
});

describe('a bundle whose site is at a provider that is not well', () => {
  const wordpress = bundleOf('business-wordpress');
  const sites = 'WordPress hosting';
  const access = (given: { readonly readOnly: boolean }): unknown => panel.control(sites, '/access', given);
  const storm = (kind: 'too_many_requests' | 'refuse'): void => panel.at(sites).fault({ kind, times: 1_000_000 });
  const calm = (): void => panel.at(sites).clearFaults();
  const isAllButTheSite = async (jobId: string): Promise<true | undefined> => {
    const { state, steps } = await panel.job(jobId);
    const open = steps.filter((step: { state: string }) => !['done', 'skipped'].includes(step.state));
    return (state === 'waiting' && open.length > 0 && open.every((step: { key: string }) => step.key.startsWith('site / '))) || undefined;
  };
  let cases = 0;

  it.each<[string, () => unknown, () => unknown, readonly string[]]>([
    ['its key was changed', () => panel.control(sites, '/secret', { changed: true }), () => panel.enterNewSecret(sites), ['fix_settings']],
    ['its key may only read', () => access({ readOnly: true }), () => access({ readOnly: false }), ['fix_settings']],
    ['it says 429 to everything', () => storm('too_many_requests'), () => calm(), []],
    ['it is down', () => storm('refuse'), () => calm(), []],
  ])('waits for it when %s, delays nobody else, and goes on by itself', async (_, fallIll, getWell, asked) => {
    cases += 1;
    await fallIll();
    let order: Ordered;
    try {
      order = await panel.order(`gus${cases}`, wordpress.code);
      const other = await panel.stage.order();
      expect(await panel.until(other.jobId, ['completed', 'failed', 'needs_operator'])).toBe('completed');
      await panel.eventually('the rest is there, and the site waits', () => isAllButTheSite(order.jobId), order.jobId);
      expect(panel.counts()).not.toHaveProperty(sites);
      expect(await kinds(order.jobId)).toEqual(asked);
    } finally {
      await getWell();
    }
    await panel.until(order.jobId, ['completed']);
    expect(panel.counts()).toEqual(wordpress.delivered);
    expect(await kinds(order.jobId)).toEqual([]);
    await end(order.serviceId);
  });
});
