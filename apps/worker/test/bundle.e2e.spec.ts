import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { bundle, BundlePanel } from './support/bundle-panel.js';

interface StepRow {
  readonly component: string;
  readonly began: Date;
  readonly ended: Date;
}

describe('a bundle of a zone, a site and a certificate, ordered over HTTP', () => {
  jest.setTimeout(60_000);
  let panel: BundlePanel;
  beforeAll(async () => {
    panel = await BundlePanel.open();
    await panel.sell({ code: 'kept', onFailure: 'keep for repair' });
  });
  afterAll(() => panel?.close());
  afterEach(() => expect(panel.violations()).toEqual([]));

  const delivered = Object.fromEntries(bundle.delivered.map(({ kind, count }) => [kind, count]));
  /** From the first call for a component to its last result. */
  const spans = async (jobId: string): Promise<Readonly<Record<string, StepRow>>> => {
    const { rows } = await panel.stage.db.pool.query<StepRow>(
      `SELECT split_part(key, ' / ', 1) AS component, min(started_at) AS began, max(finished_at) AS ended
       FROM provisioning_step WHERE job_id = $1 AND state = 'done' GROUP BY 1`,
      [jobId],
    );
    return Object.fromEntries(rows.map((row) => [row.component, row]));
  };
  const tasksOf = async (jobId: string) => (await panel.tasks(jobId)).map(({ kind }) => kind);
  const end = async (serviceId: string): Promise<void> => {
    const { jobId } = await panel.terminate(serviceId);
    await panel.until(jobId, ['completed']);
    expect(panel.ledger()).toEqual([]);
  };
  /** The authority refuses the order once it has it. */
  const refuseCertificate = async (jobId: string): Promise<void> => {
    const { id } = await panel.eventually(
      'a certificate is ordered',
      () =>
        panel
          .at('certificate')
          .ledger()
          .find(({ kind }) => kind === 'certificate-order'),
      jobId,
    );
    await panel.control('certificate', '/order', { id, state: 'rejected' });
  };

  it('is one job with one progress list; what is independent goes side by side; nothing is left when it has ended', async () => {
    const { serviceId, jobId } = await panel.order('ada');
    await panel.until(jobId, ['completed']);
    expect(panel.counts()).toEqual(delivered);
    const { zone, site, certificate } = await spans(jobId);
    for (const one of [site!, certificate!]) expect(one.began.getTime()).toBeGreaterThanOrEqual(zone!.ended.getTime());
    expect(site!.began.getTime()).toBeLessThan(certificate!.ended.getTime());
    expect(certificate!.began.getTime()).toBeLessThan(site!.ended.getTime());
    const { events } = await panel.job(jobId);
    expect(new Set(events.map(({ total }: { total: number }) => total)).size).toBe(1);
    expect(events.at(-1)).toMatchObject({ type: 'complete', percentage: 100 });
    const { components } = await panel.call('GET', `/api/v1/services/${serviceId}`);
    const left = Object.fromEntries(components.map((one: { name: string; properties: object }) => [one.name, one.properties]));
    expect(left).toMatchObject({
      site: { domain: 'ada.example' },
      certificate: { names: 'ada.example', certificate: expect.stringMatching(/^-----BEGIN CERTIFICATE-----/) },
    });
    await end(serviceId);
    expect(await tasksOf(jobId)).toEqual([]);
  });

  it('is rolled back when the site is refused a domain that another account has: nothing is left, and staff are told', async () => {
    await panel.control('site', '/held', { name: 'bob.example' });
    const { jobId } = await panel.order('bob');
    await panel.until(jobId, ['failed']);
    expect(panel.ledger()).toEqual([]);
    expect(await tasksOf(jobId)).toEqual(['failed']);
  });

  it('is rolled back when the authority refuses the certificate: nothing is left, and staff are told', async () => {
    await panel.validateNames(false);
    const { jobId } = await panel.order('cleo');
    await refuseCertificate(jobId);
    await panel.until(jobId, ['failed']);
    expect(panel.ledger()).toEqual([]);
    expect(await tasksOf(jobId)).toEqual(['failed']);
    await panel.validateNames();
  });

  it('ends before the site and the certificate are begun when the domain is not delegated, and staff are told', async () => {
    const { jobId } = await panel.order('dora', { delegated: false });
    await panel.until(jobId, ['failed']);
    expect(panel.ledger()).toEqual([]);
    expect(await spans(jobId)).toEqual({});
    expect(await tasksOf(jobId)).toEqual(['failed']);
  });

  it('is kept for repair where its product says so; staff may still roll it back, and then nothing is left', async () => {
    await panel.validateNames(false);
    const { jobId } = await panel.order('eve', { product: 'kept' });
    await refuseCertificate(jobId);
    await panel.until(jobId, ['needs_operator']);
    expect(panel.counts()).toMatchObject({ 'dns-zone': 1, site: 1 });
    expect(await tasksOf(jobId)).toHaveLength(1);
    await panel.call('POST', `/api/v1/jobs/${jobId}/rollback`);
    await panel.until(jobId, ['failed', 'cancelled']);
    expect(panel.ledger()).toEqual([]);
    await panel.validateNames();
  });

  it.each<[string, () => unknown, () => unknown, readonly string[]]>([
    [
      'its key was changed',
      () => panel.control('site', '/secret', { changed: true }),
      () => panel.enterNewSecret('site'),
      ['fix_settings'],
    ],
    ['its key may only read', () => access({ readOnly: true }), () => access({ readOnly: false }), ['fix_settings']],
    ['it says 429 to everything', () => storm('too_many_requests'), () => calm(), []],
    ['it is down', () => storm('refuse'), () => calm(), []],
  ])('waits for the site’s provider when %s, delays nobody else, and goes on by itself', async (_, fallIll, getWell, asked) => {
    cases += 1;
    await fallIll();
    let order: { readonly serviceId: string; readonly jobId: string };
    try {
      order = await panel.order(`fay${cases}`);
      const other = await panel.stage.order();
      expect(await panel.until(other.jobId, ['completed', 'failed', 'needs_operator'])).toBe('completed');
      await panel.eventually('the rest is there, and the site waits', () => isAllButTheSite(order.jobId), order.jobId);
      expect(panel.counts()).not.toHaveProperty('site');
      expect(await tasksOf(order.jobId)).toEqual(asked);
    } finally {
      await getWell();
    }
    await panel.until(order.jobId, ['completed']);
    expect(panel.counts()).toEqual(delivered);
    expect(await tasksOf(order.jobId)).toEqual([]);
    await end(order.serviceId);
  });

  let cases = 0;
  const access = (given: { readonly readOnly: boolean }): unknown => panel.control('site', '/access', given);
  const storm = (kind: 'too_many_requests' | 'refuse'): void => panel.at('site').fault({ kind, times: 1_000_000 });
  const calm = (): void => panel.at('site').clearFaults();
  const isAllButTheSite = async (jobId: string): Promise<true | undefined> => {
    const { state, steps } = await panel.job(jobId);
    const open = steps.filter((step: { state: string }) => !['done', 'skipped'].includes(step.state));
    return (state === 'waiting' && open.length > 0 && open.every((step: { key: string }) => step.key.startsWith('site / '))) || undefined;
  };
});
