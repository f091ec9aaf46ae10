import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AddonFixture, backupInputs } from './testing/addon-fixture.js';
import { bundle, componentsOf, order, played, verb } from './testing/bundle.js';
import type { EngineFixture } from './testing/engine-fixture.js';

describe('an add-on', () => {
  let addons: AddonFixture;
  let engine: EngineFixture;
  beforeAll(async () => {
    addons = await AddonFixture.make();
    engine = addons.engine;
  });
  afterAll(() => addons.end());
  beforeEach(() => addons.reset());

  it('is a service of its own below its parent, wired with what that is', async () => {
    const { parent, child } = await addons.withBackup();
    expect(addons.madeWith).toEqual({ site: 'a.example', token: 't0ken' });
    const { rows } = await engine.pool.query(`SELECT parent_id, customer_id FROM service WHERE id IN ($1, $2) ORDER BY id`, [
      parent,
      child,
    ]);
    expect(rows).toEqual([
      { parent_id: null, customer_id: rows[0].customer_id },
      { parent_id: parent, customer_id: rows[0].customer_id },
    ]);
    expect((await componentsOf(engine, child))['vault']).toMatchObject({
      inputs: { order: { site: 'a.example', token: { $sealed: 'nek0t' } } },
    });
    // What it was made with leaves no secret in its job.
    expect(JSON.stringify(await engine.view(await addons.jobOf(child, 'create')))).not.toMatch(/t0ken|nek0t/);
  });

  it('is told the marks of the services above it, in every job', async () => {
    const above: Record<string, readonly string[]> = {};
    engine.others['vault'] = played({
      steps: ['make'],
      async create({ step, service, ctx }) {
        await step('make', { run: async () => void (above[`make ${service.id}`] = ctx.above) });
        return { remoteId: `vault${service.id}` };
      },
      more: { suspend: verb('suspend', (id, _, marks) => void (above[`suspend ${id}`] = marks)) },
    });
    await bundle(engine, 'copy', [{ name: 'vault' }], { addonOf: ['hosting'] });
    await bundle(engine, 'copy-of', [{ name: 'vault' }], { addonOf: ['copy'] });
    const parent = await addons.hosting();
    const child = await addons.addTo(parent, 'copy');
    await engine.until(child.jobId, 'completed');
    const grandchild = await addons.addTo(child.serviceId, 'copy-of');
    await engine.until(grandchild.jobId, 'completed');
    await engine.until((await addons.ask(grandchild.serviceId, 'suspend')).jobId, 'completed');
    const marks = [`hw-test-${child.serviceId}`, `hw-test-${parent}`];
    expect(above).toEqual({
      [`make ${child.serviceId}`]: [`hw-test-${parent}`],
      [`make ${grandchild.serviceId}`]: marks,
      [`suspend ${grandchild.serviceId}`]: marks,
    });
    expect((await engine.view(await addons.jobOf(parent, 'create'))).program).not.toHaveProperty('above');
  });

  it('is ordered for a service only, of a product it is for, that is there and stays', async () => {
    await expect(order(engine, 'backup')).rejects.toMatchObject({ code: 'invalid_input', field: 'product' });
    const parent = await addons.hosting();
    await expect(addons.addTo(parent, 'hosting')).rejects.toMatchObject({ code: 'invalid_input', field: 'product' });
    await expect(addons.addTo(parent, 'archive')).rejects.toMatchObject({ code: 'invalid_input', field: 'product' });
    await expect(addons.addTo('999999')).rejects.toMatchObject({ code: 'not_found' });
    await expect(addons.addTo(parent, 'backup', { ownedBy: '999999' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(addons.addTo(parent, 'backup', { order: { site: 'mine' } })).rejects.toMatchObject({ field: 'order.site' });
    const { jobId } = await addons.ask(parent, 'suspend');
    await expect(addons.addTo(parent)).rejects.toMatchObject({ code: 'conflict' });
    await engine.until(jobId, 'completed');
    await expect(addons.addTo(parent)).rejects.toMatchObject({ code: 'conflict' });
    expect((await engine.pool.query(`SELECT 1 FROM service WHERE parent_id = $1`, [parent])).rows).toEqual([]);
  });

  it('is ordered once by the same id, and never under another service', async () => {
    const [parent, other] = [await addons.hosting(), await addons.hosting()];
    const external = { source: 'shop', id: `add-${parent}` };
    const orders = await Promise.all(Array.from({ length: 8 }, () => addons.addTo(parent, 'backup', { external })));
    expect(new Set(orders.map(({ serviceId }) => serviceId)).size).toBe(1);
    expect(orders.filter(({ created }) => created)).toHaveLength(1);
    await expect(addons.addTo(other, 'backup', { external })).rejects.toMatchObject({ code: 'conflict' });
    await engine.until(orders[0]!.jobId, 'completed');
  });

  it('becomes only what may be added to its parent, and no other service becomes an add-on', async () => {
    const { child } = await addons.withBackup();
    await bundle(engine, 'vault', [{ name: 'vault', inputs: backupInputs }]);
    await bundle(engine, 'backup-large', [{ name: 'vault', inputs: backupInputs, settings: {} }], { addonOf: ['hosting'] });
    await bundle(engine, 'elsewhere', [{ name: 'vault', inputs: backupInputs }], { addonOf: ['other'] });
    await bundle(engine, 'alone', [{ name: 'vault' }]);
    const become = (serviceId: string, product: string) => engine.desk.changePackage(serviceId, product, 'test');
    engine.others['vault'] = { ...engine.others['vault']!, changePackage: verb('change', () => undefined) as never };
    for (const code of ['vault', 'elsewhere', 'alone'])
      await expect(become(child, code)).rejects.toMatchObject({ code: 'invalid_input', field: 'product' });
    await engine.until((await become(child, 'backup-large')).jobId, 'completed');
    addons.unwired();
    const { serviceId: alone, jobId } = await order(engine, 'alone');
    await engine.until(jobId, 'completed');
    await expect(become(alone, 'archive')).rejects.toMatchObject({ code: 'invalid_input', field: 'product' });
  });
});
