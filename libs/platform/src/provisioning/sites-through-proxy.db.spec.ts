import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  operation,
  secret,
  type Fields,
  type InstallShape,
  type ProxyCertificate,
  type ProxyOperationShape,
  type UninstallShape,
} from '@hostwright/sdk';
import { bundle, componentsOf, order, played } from './testing/bundle.js';
import { EngineFixture } from './testing/engine-fixture.js';
import { refused } from './testing/things.js';

type Install = InstallShape<Fields, Fields, Fields, Fields>;
type Uninstall = UninstallShape<Fields, Fields, Fields, Fields>;

describe('a certificate for a site that is served by a proxy', () => {
  let engine: EngineFixture;
  /** What the proxy did, and for whom. */
  let log: string[];
  let after: () => void;

  const files = { names: ['a.example'], certificate: 'cert', chain: '', privateKey: { ...secret('k3y') } };
  const site = played({
    steps: ['make'],
    async create({ step, service }) {
      await step('make', { run: () => Promise.resolve(), undo: () => Promise.resolve() });
      return { remoteId: `10.0.0.${service.id}` };
    },
    more: {
      installCertificate: operation<Install>({
        steps: ['install on proxy'],
        async run({ step, ctx, remoteId, certificate }) {
          await step('install on proxy', ctx.proxy.installCertificate({ forwardHost: remoteId, certificate }));
        },
      }),
      removeCertificate: operation<Uninstall>({
        steps: ['remove from proxy'],
        async run({ step, ctx, remoteId, certificate }) {
          await step('remove from proxy', ctx.proxy.removeCertificate({ forwardHost: remoteId, certificate }));
        },
      }),
    },
  });
  const certificate = () =>
    played({
      steps: ['install', 'finish'],
      async create({ step, ctx, service }) {
        await step('install', ctx.site.installCertificate(files));
        await step('finish', { run: async () => after() });
        return { remoteId: `order${service.id}` };
      },
      more: {
        terminate: operation({
          steps: ['take off'],
          async run({ step, ctx }) {
            await step('take off', ctx.site.removeCertificate(files));
            return undefined;
          },
        }),
      },
    });
  const proxyCall = (name: string) =>
    operation<ProxyOperationShape<Fields, ProxyCertificate, undefined>>({
      steps: ['attach'],
      async run({ step, ctx, input: { forwardHost, certificate: given } }) {
        await step('attach', {
          run: async () => void log.push(`${name} ${given.certificate} at ${forwardHost} for ${ctx.owner}`),
          undo: async () => void log.push(`undo ${name} at ${forwardHost} for ${ctx.owner}`),
        });
        return undefined;
      },
    });

  beforeAll(async () => {
    engine = await EngineFixture.make();
    await bundle(engine, 'secured', [
      { name: 'tls', extension: 'certificate', site: { component: 'web' } },
      { name: 'web', extension: 'site' },
    ]);
    await bundle(engine, 'hosting', [{ name: 'web', extension: 'site' }]);
    await bundle(engine, 'tls-addon', [{ name: 'tls', extension: 'certificate', site: { parent: 'web' } }], { addonOf: ['hosting'] });
    await bundle(engine, 'unproxied', [
      { name: 'tls', extension: 'certificate', site: { component: 'web' } },
      { name: 'web', extension: 'site' },
    ]);
    // The site has a proxy; the certificate has none.
    await engine.pool.query(
      `UPDATE product_component SET connections = jsonb_build_object('proxy', $1::text)
         WHERE name = 'web' AND product_id IN (SELECT id FROM product WHERE code IN ('secured', 'hosting'))`,
      [engine.serverId],
    );
    await engine.runner().start();
  });
  afterAll(() => engine.end());
  beforeEach(() => {
    engine.reset();
    log = [];
    after = () => undefined;
    engine.others = { site, certificate: certificate() };
    engine.modules = { proxy: { installCertificate: proxyCall('install'), removeCertificate: proxyCall('remove') } };
  });

  it('is installed by the proxy that the site is connected to, and taken off it at the end', async () => {
    const { jobId, serviceId } = await order(engine, 'secured');
    const { steps } = await engine.until(jobId, 'completed');
    const at = `10.0.0.${serviceId} for hw-test-${serviceId}`;
    expect(log).toEqual([`install cert at ${at}`]);
    expect(steps['tls / install / install on proxy / attach']).toMatchObject({ state: 'done' });
    await engine.until((await engine.desk.request(serviceId, 'terminate', 'test')).jobId, 'completed');
    expect(log.slice(1)).toEqual([`remove cert at ${at}`]);
  });

  it('is installed under the mark of the service that it is added to', async () => {
    const parent = await order(engine, 'hosting');
    await engine.until(parent.jobId, 'completed');
    const child = await engine.desk.placeAddon({ parentId: parent.serviceId, productCode: 'tls-addon', order: {}, requestedBy: 'test' });
    await engine.until(child.jobId, 'completed');
    expect(log).toEqual([`install cert at 10.0.0.${parent.serviceId} for hw-test-${parent.serviceId}`]);
  });

  it('leaves the number of its order on the service that has ended, since people may still have to see to the cancellation', async () => {
    const { jobId, serviceId } = await order(engine, 'secured');
    await engine.until(jobId, 'completed');
    await engine.until((await engine.desk.request(serviceId, 'terminate', 'test')).jobId, 'completed');
    expect((await componentsOf(engine, serviceId))['tls']).toMatchObject({ remoteId: `order${serviceId}` });
  });

  it('is taken back when something after it fails', async () => {
    after = () => refused();
    const { jobId, serviceId } = await order(engine, 'secured');
    await engine.until(jobId, 'failed');
    expect(log.at(-1)).toBe(`undo install at 10.0.0.${serviceId} for hw-test-${serviceId}`);
  });

  it('waits for staff, who are told which component lacks one, when the site has no proxy', async () => {
    const { jobId } = await order(engine, 'unproxied');
    await engine.until(jobId, 'needs_operator');
    const { rows } = await engine.pool.query<{ title: string }>(`SELECT title FROM operator_task WHERE job_id = $1`, [jobId]);
    expect(rows).toEqual([{ title: "No proxy module is connected to 'web'" }]);
    expect(log).toEqual([]);
  });
});
