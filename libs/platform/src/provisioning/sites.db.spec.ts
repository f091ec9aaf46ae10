import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  absent,
  done,
  fields,
  operation,
  secret,
  type Ctx,
  type Fields,
  type InstallShape,
  type JsonObject,
  type NamesShape,
  type UninstallShape,
} from '@hostwright/sdk';
import { bundle, order, played } from './testing/bundle.js';
import { EngineFixture } from './testing/engine-fixture.js';
import { Gate, lost, refused, Things } from './testing/things.js';

type Install = InstallShape<Fields, Fields, Fields, Fields>;
type CheckNames = NamesShape<Fields, Fields, Fields, Fields>;
type Uninstall = UninstallShape<Fields, Fields, Fields, Fields>;

describe('a certificate for a site that another component serves', () => {
  let engine: EngineFixture;
  let things: Things;
  /** What the site's module was last told to install with, by the site's remote id: an earlier test's late look comes into a later one. */
  let seen: Map<string, JsonObject>;
  /** Site → the certificate it serves. */
  let installed: Map<string, string>;
  let installing: () => void | Promise<void>;
  let after: () => void | Promise<void>;

  const files = { names: ['a.example'], certificate: 'cert', chain: '', privateKey: { ...secret('k3y') } };

  const site = (more: object = {}) =>
    played({
      order: fields({ domain: { type: 'hostname', label: 'Domain' } }),
      product: fields({ plan: { type: 'text', label: 'Plan' } }),
      properties: fields({ address: { type: 'text', label: 'Address' }, token: { type: 'secret', label: 'Token' } }),
      steps: ['make'],
      async create({ step, ctx, service }) {
        await step('make', things.step(`site${service.id}`, ctx.owner));
        return { remoteId: `site${service.id}`, address: 'server.example', token: { ...secret('t0ken') } };
      },
      more: {
        installCertificate: operation<Install>({
          steps: ['put certificate'],
          async run({ step, ctx, remoteId, certificate, service, server, product, order, properties }) {
            const told = { owner: ctx.owner, service, server, product, order, remoteId, properties, certificate };
            seen.set(remoteId, told as unknown as JsonObject);
            await step('put certificate', {
              strength: 'unique',
              claim: remoteId,
              find: async (id: string) => {
                things.log.push(`look at ${id}`);
                return installed.get(id) === certificate.certificate ? done() : absent;
              },
              run: async (id: string) => {
                things.log.push(`install ${id}`);
                installed.set(id, certificate.certificate);
                await installing();
              },
              undo: async (_made: unknown, id: string) => {
                things.log.push(`take back ${id}`);
                installed.delete(id);
              },
            });
          },
        }),
        removeCertificate: operation<Uninstall>({
          steps: ['take certificate off'],
          async run({ step, remoteId }) {
            await step('take certificate off', {
              run: async () => {
                things.log.push(`uninstall ${remoteId}`);
                installed.delete(remoteId);
              },
            });
          },
        }),
        terminate: operation({
          steps: ['remove'],
          async run({ step, remoteId }) {
            await step('remove', { run: () => things.remove(remoteId) });
          },
        }),
        ...more,
      },
    });

  /** Serves nothing but the domain that was ordered. */
  const checkNames = operation<CheckNames>({
    steps: ['look'],
    async run({ step, order: sold, certificate: { names } }) {
      const other = names.find((name) => name !== sold['domain']);
      await step('look', { run: async () => (other === undefined ? undefined : refused()) });
    },
  });

  /** Asks before it orders. */
  const careful = () => {
    const one = certificate();
    const create = operation({
      ...one.create,
      steps: ['check', ...one.create.steps],
      async run(args) {
        await args.step('check', args.ctx.site.checkNames({ names: files.names }));
        return one.create.run(args as never);
      },
    });
    return { ...one, create } as typeof one;
  };

  const certificate = () => {
    const install = (ctx: Ctx) => ctx.site.installCertificate(files);
    return played({
      steps: ['order', 'install', 'finish'],
      async create({ step, ctx, service }) {
        await step('order', things.step(`order${service.id}`, ctx.owner));
        await step('install', install(ctx));
        await step('finish', { run: async () => after() });
        return { remoteId: `order${service.id}` };
      },
      more: {
        renew: operation({
          steps: ['install'],
          run: async ({ step, ctx }) => void (await step('install', install(ctx))),
        }),
        terminate: operation({
          steps: ['take off', 'cancel'],
          async run({ step, ctx, remoteId }) {
            await step('take off', ctx.site.removeCertificate(files));
            await step('cancel', { run: () => things.remove(remoteId) });
            return undefined;
          },
        }),
      },
    });
  };

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
    things = new Things();
    seen = new Map();
    installed = new Map();
    installing = after = () => undefined;
    engine.others = { site: site(), certificate: certificate() };
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
    expect(seen.get(id)).toEqual({
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
    installing = () => gate.pass();
    const { jobId, serviceId } = await secured();
    await engine.when(() => gate.reached === 1);
    await engine.crash(jobId);
    gate.release();
    await engine.until(jobId, 'completed');
    expect(things.count('install')).toBe(1);
    expect(installed.get(`site${serviceId}`)).toBe('cert');

    things.log.length = 0;
    installing = () => lost();
    const next = await secured();
    await engine.until(next.jobId, 'completed');
    expect(things.count('install')).toBe(1);
  });

  it('is not ordered for names of which the site says that it does not serve them', async () => {
    engine.others = { site: site({ checkNames }), certificate: careful() };
    const { jobId } = await order(engine, 'secured', { domain: 'other.example' });
    await engine.until(jobId, 'failed');
    expect(things.count('create order')).toBe(0);
    const served = await secured();
    await engine.until(served.jobId, 'completed');
    expect(installed.get(`site${served.serviceId}`)).toBe('cert');
  });

  it('is taken back, before the site is, when something after it fails', async () => {
    after = () => refused();
    const { jobId, serviceId } = await secured();
    await engine.until(jobId, 'failed');
    expect(things.log.slice(-3)).toEqual([`take back site${serviceId}`, `remove order${serviceId}`, `remove site${serviceId}`]);
    expect([installed.size, things.made.size]).toEqual([0, 0]);
  });

  it('is installed again by a later operation, on the site as it is by then', async () => {
    const { jobId, serviceId } = await secured();
    await engine.until(jobId, 'completed');
    await engine.pool.query(
      `UPDATE service_component SET properties = properties || '{"address": "other.example"}' WHERE service_id = $1 AND name = 'web'`,
      [serviceId],
    );
    installed.clear();
    await engine.until(await ask(serviceId, 'renew'), 'completed');
    expect(seen.get(`site${serviceId}`)).toMatchObject({
      properties: { address: 'other.example', token: { $secret: 't0ken' } },
      remoteId: `site${serviceId}`,
    });
    expect(installed.size).toBe(1);
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
    expect(seen.get(`site${parent.serviceId}`)).toMatchObject({
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
    engine.others = { site: site(), certificate: crafted };
    const { jobId, serviceId } = await secured();
    expect(await engine.until(jobId, 'failed')).toMatchObject({ failure: { code: 'unsupported' } });
    expect(things.count(`uninstall`)).toBe(0);
    expect(things.log.filter((line) => line === `remove site${serviceId}`)).toHaveLength(1);
  });
});
