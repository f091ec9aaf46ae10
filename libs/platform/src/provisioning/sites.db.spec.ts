import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bundle, order, played } from './testing/bundle.js';
import { CertifiedSites, checkNames } from './testing/certified-sites.js';
import { EngineFixture } from './testing/engine-fixture.js';
import { Gate, lost, refused, type Things } from './testing/things.js';

describe('a certificate for a site that another component serves', () => {
  let engine: EngineFixture;
  let sites: CertifiedSites;
  let things: Things;

  beforeAll(async () => {
    engine = await EngineFixture.make();
    const plan = { settings: { plan: 'large' } };
    await bundle(engine, 'secured', [
      { name: 'tls', extension: 'certificate', site: { component: 'web' } },
      { name: 'web', extension: 'site', ...plan },
    ]);
    await bundle(engine, 'hosting', [{ name: 'web', extension: 'site', ...plan }]);
    await bundle(engine, 'tls-addon', [{ name: 'tls', extension: 'certificate', site: { parent: 'web' } }], { addonOf: ['hosting'] });
    await bundle(engine, 'nowhere', [{ name: 'tls', extension: 'certificate' }]);
    await engine.runner().start();
  });
  afterAll(() => engine.end());
  beforeEach(() => {
    engine.reset();
    sites = new CertifiedSites();
    things = sites.things;
    engine.others = { site: sites.site(), certificate: sites.certificate() };
  });

  const secured = () => order(engine, 'secured', { domain: 'a.example' });
  const ask = async (serviceId: string, name: string) => (await engine.desk.request(serviceId, name, 'test')).jobId;

  it('is installed once the site is made, by the module that serves it, as that was left', async () => {
    const { jobId, serviceId } = await secured();
    const { steps, events } = await engine.until(jobId, 'completed');
    const id = `site${serviceId}`;
    expect(things.log).toEqual([
      `find ${id}`,
      `create ${id}`,
      `find order${serviceId}`,
      `create order${serviceId}`,
      `look at ${id}`,
      `install ${id}`,
    ]);
    expect(sites.seen.get(id)).toEqual({
      owner: `hw-test-${serviceId}`,
      service: { id: serviceId },
      server: {},
      product: { plan: 'large' },
      order: { domain: 'a.example' },
      remoteId: id,
      properties: { address: 'server.example', token: { $secret: 't0ken' } },
      certificate: { names: ['a.example'], certificate: 'cert', chain: '', privateKey: { $secret: 'k3y' } },
    });
    expect(steps['tls / install / put certificate']).toMatchObject({ state: 'done' });
    expect(events).toContain('progress tls / install: done 75');
    const { rows } = await engine.pool.query<{ server: boolean }>(
      `SELECT t.server_id = (SELECT server_id FROM service_component WHERE service_id = $1 AND name = 'web') AS server
         FROM provisioning_step t WHERE t.job_id = $2 AND t.key = 'tls / install / put certificate'`,
      [serviceId, jobId],
    );
    expect(rows).toEqual([{ server: true }]);
    const kept = await engine.pool.query<{ text: string }>(
      `SELECT concat_ws(' ', (SELECT json_agg(e) FROM provisioning_event e), (SELECT json_agg(s) FROM provisioning_step s), (SELECT json_agg(p.program) FROM provisioning_job p)) AS text`,
    );
    expect(kept.rows[0]!.text).not.toMatch(/t0ken|k3y/);
  });

  it('is installed once when the worker dies after the call, and when its answer never comes', async () => {
    const gate = new Gate();
    sites.installing = () => gate.pass();
    const { jobId, serviceId } = await secured();
    await engine.when(() => gate.reached === 1);
    await engine.crash(jobId);
    gate.release();
    await engine.until(jobId, 'completed');
    expect(things.count('install')).toBe(1);
    expect(sites.installed.get(`site${serviceId}`)).toBe('cert');

    things.log.length = 0;
    sites.installing = () => lost();
    const next = await secured();
    await engine.until(next.jobId, 'completed');
    expect(things.count('install')).toBe(1);
  });

  it('is not ordered for names of which the site says that it does not serve them', async () => {
    engine.others = { site: sites.site({ checkNames }), certificate: sites.careful() };
    const { jobId } = await order(engine, 'secured', { domain: 'other.example' });
    await engine.until(jobId, 'failed');
    expect(things.count('create order')).toBe(0);
    const served = await secured();
    await engine.until(served.jobId, 'completed');
    expect(sites.installed.get(`site${served.serviceId}`)).toBe('cert');
  });

  it('is taken back, before the site is, when something after it fails', async () => {
    sites.after = () => refused();
    const { jobId, serviceId } = await secured();
    await engine.until(jobId, 'failed');
    expect(things.log.slice(-3)).toEqual([`take back site${serviceId}`, `remove order${serviceId}`, `remove site${serviceId}`]);
    expect([sites.installed.size, things.made.size]).toEqual([0, 0]);
  });

  it('is installed again by a later operation, on the site as it is by then', async () => {
    const { jobId, serviceId } = await secured();
    await engine.until(jobId, 'completed');
    await engine.pool.query(
      `UPDATE service_component SET properties = properties || '{"address": "other.example"}' WHERE service_id = $1 AND name = 'web'`,
      [serviceId],
    );
    sites.installed.clear();
    await engine.until(await ask(serviceId, 'renew'), 'completed');
    expect(sites.seen.get(`site${serviceId}`)).toMatchObject({
      properties: { address: 'other.example', token: { $secret: 't0ken' } },
      remoteId: `site${serviceId}`,
    });
    expect(sites.installed.size).toBe(1);
  });

  it('is taken off before its site ends', async () => {
    const { jobId, serviceId } = await secured();
    await engine.until(jobId, 'completed');
    things.log.length = 0;
    await engine.until(await ask(serviceId, 'terminate'), 'completed');
    expect(things.log).toEqual([`uninstall site${serviceId}`, `remove order${serviceId}`, `remove site${serviceId}`]);
  });

  it('is installed on the site of the service that it is added to, under the mark of that', async () => {
    const parent = await order(engine, 'hosting', { domain: 'b.example' });
    await engine.until(parent.jobId, 'completed');
    const child = await engine.desk.placeAddon({ parentId: parent.serviceId, productCode: 'tls-addon', order: {}, requestedBy: 'test' });
    const { program } = await engine.until(child.jobId, 'completed');
    expect(sites.seen.get(`site${parent.serviceId}`)).toMatchObject({
      owner: `hw-test-${parent.serviceId}`,
      service: { id: parent.serviceId },
      order: { domain: 'b.example' },
      product: { plan: 'large' },
      properties: { token: { $secret: 't0ken' } },
    });
    expect(JSON.stringify(program)).not.toMatch(/t0ken|nek0t/);
    await engine.until(await ask(child.serviceId, 'terminate'), 'completed');
    expect(things.log).toContain(`uninstall site${parent.serviceId}`);
    expect(things.made.has(`site${parent.serviceId}`)).toBe(true);
  });

  it('is undone, with a word on what is missing, when its product names no site', async () => {
    const { jobId } = await order(engine, 'nowhere');
    expect(await engine.until(jobId, 'failed')).toMatchObject({
      failure: { code: 'invalid_config', message: expect.stringContaining(`no site for 'tls'`) },
    });
    expect(things.made.size).toBe(0);
  });

  it('asks a site for nothing but its certificates', async () => {
    const crafted = played({
      steps: ['end it'],
      async create({ step }) {
        await step('end it', { kind: 'site', operation: 'terminate', input: {} });
        return { remoteId: 'x' };
      },
    });
    engine.others = { site: sites.site(), certificate: crafted };
    const { jobId, serviceId } = await secured();
    expect(await engine.until(jobId, 'failed')).toMatchObject({ failure: { code: 'unsupported' } });
    expect(things.count(`uninstall`)).toBe(0);
    expect(things.log.filter((line) => line === `remove site${serviceId}`)).toHaveLength(1);
  });
});
