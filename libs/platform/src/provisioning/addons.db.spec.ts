import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { fields, secret, type JsonObject } from '@hostwright/sdk';
import { PgUpkeepDesk } from './pg-upkeep-desk.js';
import { bundle, componentsOf, order, played, verb } from './testing/bundle.js';
import { EngineFixture } from './testing/engine-fixture.js';
import { broken, Gate, refused } from './testing/things.js';

describe('an add-on', () => {
  let engine: EngineFixture;
  let seen: JsonObject | undefined;
  /** What was done to services, in order. */
  let log: string[];
  let ending: (serviceId: string) => void | Promise<void>;
  let building: () => void | Promise<void>;

  const wires = { site: { parent: 'site', output: 'address' }, token: { parent: 'site', output: 'token' } };
  const nothing = () => undefined;
  const logged = (name: string) => verb(name, (id) => void log.push(`${name} ${id}`));

  beforeAll(async () => {
    engine = await EngineFixture.make();
    await bundle(engine, 'hosting', [{ name: 'site' }]);
    await bundle(engine, 'backup', [{ name: 'vault', inputs: wires }], { addonOf: ['hosting'] });
    await bundle(engine, 'archive', [{ name: 'vault' }], { addonOf: ['backup'] });
    await engine.runner().start();
  });
  afterAll(() => engine.end());
  beforeEach(() => {
    engine.reset();
    log = [];
    seen = undefined;
    ending = nothing;
    building = nothing;
    engine.others = {
      site: played({
        properties: fields({ address: { type: 'text', label: 'Address' }, token: { type: 'secret', label: 'Token' } }),
        steps: ['make'],
        async create({ step, service }) {
          await step('make', { run: async () => undefined });
          return { remoteId: `site${service.id}`, address: 'a.example', token: { ...secret('t0ken') } };
        },
        more: { suspend: logged('suspend'), unsuspend: logged('unsuspend'), terminate: logged('terminate') },
      }),
      vault: played({
        order: fields({
          site: { type: 'text', label: 'Site', optional: true },
          token: { type: 'secret', label: 'Token', optional: true },
        }),
        steps: ['make'],
        async create({ step, service, order }) {
          seen = order as JsonObject;
          await step('make', { run: async () => building() });
          return { remoteId: `vault${service.id}` };
        },
        more: {
          suspend: logged('suspend'),
          unsuspend: logged('unsuspend'),
          terminate: verb('terminate', async (id) => {
            await ending(id);
            log.push(`terminate ${id}`);
          }),
        },
      }),
    };
  });

  const addTo = (parentId: string, productCode = 'backup', more: object = {}) =>
    engine.desk.placeAddon({ parentId, productCode, order: {}, requestedBy: 'test', ...more });
  async function hosting(): Promise<string> {
    const { jobId, serviceId } = await order(engine, 'hosting');
    await engine.until(jobId, 'completed');
    return serviceId;
  }
  async function withBackup() {
    const parent = await hosting();
    const { jobId, serviceId: child } = await addTo(parent);
    await engine.until(jobId, 'completed');
    return { parent, child };
  }
  const ask = (serviceId: string, operation: string) => engine.desk.request(serviceId, operation, 'test');
  const stateOf = async (serviceId: string) =>
    (await engine.pool.query<{ state: string }>(`SELECT state FROM service WHERE id = $1`, [serviceId])).rows[0]!.state;
  const isOver = async (serviceId: string, state: string) => engine.when(async () => (await stateOf(serviceId)) === state);
  const jobOf = async (serviceId: string, operation: string) =>
    (
      await engine.pool.query<{ id: string }>(`SELECT id FROM provisioning_job WHERE service_id = $1 AND operation = $2 ORDER BY id DESC`, [
        serviceId,
        operation,
      ])
    ).rows[0]!.id;

  it('is a service of its own below its parent, wired with what that is', async () => {
    const { parent, child } = await withBackup();
    expect(seen).toEqual({ site: 'a.example', token: 't0ken' });
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
    expect(JSON.stringify(await engine.view(await jobOf(child, 'create')))).not.toMatch(/t0ken|nek0t/);
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
    const parent = await hosting();
    const child = await addTo(parent, 'copy');
    await engine.until(child.jobId, 'completed');
    const grandchild = await addTo(child.serviceId, 'copy-of');
    await engine.until(grandchild.jobId, 'completed');
    await engine.until((await ask(grandchild.serviceId, 'suspend')).jobId, 'completed');
    const marks = [`hw-test-${child.serviceId}`, `hw-test-${parent}`];
    expect(above).toEqual({
      [`make ${child.serviceId}`]: [`hw-test-${parent}`],
      [`make ${grandchild.serviceId}`]: marks,
      [`suspend ${grandchild.serviceId}`]: marks,
    });
    expect((await engine.view(await jobOf(parent, 'create'))).program).not.toHaveProperty('above');
  });

  it('is ordered for a service only, of a product it is for, that is there and stays', async () => {
    await expect(order(engine, 'backup')).rejects.toMatchObject({ code: 'invalid_input', field: 'product' });
    const parent = await hosting();
    await expect(addTo(parent, 'hosting')).rejects.toMatchObject({ code: 'invalid_input', field: 'product' });
    await expect(addTo(parent, 'archive')).rejects.toMatchObject({ code: 'invalid_input', field: 'product' });
    await expect(addTo('999999')).rejects.toMatchObject({ code: 'not_found' });
    await expect(addTo(parent, 'backup', { ownedBy: '999999' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(addTo(parent, 'backup', { order: { site: 'mine' } })).rejects.toMatchObject({ field: 'order.site' });
    const { jobId } = await ask(parent, 'suspend');
    await expect(addTo(parent)).rejects.toMatchObject({ code: 'conflict' });
    await engine.until(jobId, 'completed');
    await expect(addTo(parent)).rejects.toMatchObject({ code: 'conflict' });
    expect((await engine.pool.query(`SELECT 1 FROM service WHERE parent_id = $1`, [parent])).rows).toEqual([]);
  });

  it('is ordered once by the same id, and never under another service', async () => {
    const [parent, other] = [await hosting(), await hosting()];
    const external = { source: 'shop', id: `add-${parent}` };
    const orders = await Promise.all(Array.from({ length: 8 }, () => addTo(parent, 'backup', { external })));
    expect(new Set(orders.map(({ serviceId }) => serviceId)).size).toBe(1);
    expect(orders.filter(({ created }) => created)).toHaveLength(1);
    await expect(addTo(other, 'backup', { external })).rejects.toMatchObject({ code: 'conflict' });
    await engine.until(orders[0]!.jobId, 'completed');
  });

  it('becomes only what may be added to its parent, and no other service becomes an add-on', async () => {
    const { child } = await withBackup();
    await bundle(engine, 'vault', [{ name: 'vault', inputs: wires }]);
    await bundle(engine, 'backup-large', [{ name: 'vault', inputs: wires, settings: {} }], { addonOf: ['hosting'] });
    await bundle(engine, 'elsewhere', [{ name: 'vault', inputs: wires }], { addonOf: ['other'] });
    await bundle(engine, 'alone', [{ name: 'vault' }]);
    const become = (serviceId: string, product: string) => engine.desk.changePackage(serviceId, product, 'test');
    engine.others['vault'] = { ...engine.others['vault']!, changePackage: verb('change', () => undefined) as never };
    for (const code of ['vault', 'elsewhere', 'alone'])
      await expect(become(child, code)).rejects.toMatchObject({ code: 'invalid_input', field: 'product' });
    await engine.until((await become(child, 'backup-large')).jobId, 'completed');
    engine.others['vault'] = { ...engine.others['vault'], order: fields({}) };
    const { serviceId: alone, jobId } = await order(engine, 'alone');
    await engine.until(jobId, 'completed');
    await expect(become(alone, 'archive')).rejects.toMatchObject({ code: 'invalid_input', field: 'product' });
  });

  it('is ended before its parent, and its parent waits for it', async () => {
    const { parent, child } = await withBackup();
    const gate = new Gate();
    ending = () => gate.pass();
    const { jobId } = await ask(parent, 'terminate');
    await engine.when(() => gate.reached === 1);
    expect(await engine.view(jobId)).toMatchObject({ state: 'pending', service: 'active' });
    await expect(addTo(parent)).rejects.toMatchObject({ code: 'conflict' });
    gate.release();
    expect(await engine.until(jobId, 'completed')).toMatchObject({ service: 'terminated' });
    expect(log).toEqual([`terminate ${child}`, `terminate ${parent}`]);
  });

  it('that needs a person to be ended keeps its parent from being ended', async () => {
    const { parent, child } = await withBackup();
    ending = broken;
    const { jobId } = await ask(parent, 'terminate');
    const childJob = await jobOf(child, 'terminate');
    await engine.until(childJob, 'needs_operator');
    expect(await ask(parent, 'terminate')).toEqual({ jobId, created: false });
    expect(await engine.view(jobId)).toMatchObject({ state: 'pending', service: 'active' });
    ending = nothing;
    await engine.operators.retry(childJob, 'staff');
    await engine.until(jobId, 'completed');
    expect(log).toEqual([`terminate ${child}`, `terminate ${parent}`]);
  });

  it('lets its parent go when a person has seen to its end', async () => {
    const { parent, child } = await withBackup();
    ending = refused;
    const { jobId } = await ask(parent, 'terminate');
    const childJob = await jobOf(child, 'terminate');
    await engine.until(childJob, 'needs_operator');
    await engine.operators.markResolved(childJob, 'removed by hand', 'staff');
    expect(await engine.until(jobId, 'completed')).toMatchObject({ service: 'terminated' });
  });

  it('that is still being made is stopped, and its parent goes after it', async () => {
    const parent = await hosting();
    const gate = new Gate();
    building = () => gate.pass();
    const { serviceId: child } = await addTo(parent);
    await engine.when(() => gate.reached === 1);
    const { jobId } = await ask(parent, 'terminate');
    gate.release();
    await engine.until(jobId, 'completed');
    expect(['cancelled', 'terminated']).toContain(await stateOf(child));
  });

  it('of an add-on goes first of all', async () => {
    const { parent, child } = await withBackup();
    engine.others['vault'] = { ...engine.others['vault']!, order: fields({}) };
    const { jobId: adding, serviceId: grandchild } = await addTo(child, 'archive');
    await engine.until(adding, 'completed');
    const { jobId } = await ask(parent, 'terminate');
    await engine.until(jobId, 'completed');
    expect(log).toEqual([`terminate ${grandchild}`, `terminate ${child}`, `terminate ${parent}`]);
  });

  it('is suspended and resumed with its parent', async () => {
    const { parent, child } = await withBackup();
    await ask(parent, 'suspend');
    await isOver(child, 'suspended');
    await isOver(parent, 'suspended');
    await ask(parent, 'unsuspend');
    await isOver(child, 'active');
    await isOver(parent, 'active');
  });

  it('that was suspended by itself stays so when its parent is resumed', async () => {
    const { parent, child } = await withBackup();
    await engine.until((await ask(child, 'suspend')).jobId, 'completed');
    await engine.until((await ask(parent, 'suspend')).jobId, 'completed');
    await engine.until((await ask(parent, 'unsuspend')).jobId, 'completed');
    expect(await stateOf(child)).toBe('suspended');
    expect(log.filter((line) => line.endsWith(` ${child}`))).toEqual([`suspend ${child}`]);
  });

  it('that is still being made is suspended once it is there', async () => {
    const parent = await hosting();
    const gate = new Gate();
    building = () => gate.pass();
    const { serviceId: child, jobId } = await addTo(parent);
    await engine.when(() => gate.reached === 1);
    await engine.until((await ask(parent, 'suspend')).jobId, 'completed');
    gate.release();
    await engine.until(jobId, 'completed');
    await isOver(child, 'suspended');
    await engine.until((await ask(parent, 'unsuspend')).jobId, 'completed');
    await isOver(child, 'active');
  });

  it('that cannot be suspended runs on under a suspended parent', async () => {
    const { parent, child } = await withBackup();
    const { suspend: _suspend, ...others } = engine.others['vault']!;
    engine.others['vault'] = others as never;
    await engine.until((await ask(parent, 'suspend')).jobId, 'completed');
    expect(await stateOf(child)).toBe('active');
    await engine.until((await ask(parent, 'unsuspend')).jobId, 'completed');
    expect(log).toEqual([`suspend ${parent}`, `unsuspend ${parent}`]);
  });

  describe('whose parent comes to run on although it was to be suspended', () => {
    let refuses: boolean;
    let upkeep: PgUpkeepDesk;
    beforeEach(() => {
      refuses = true;
      upkeep = new PgUpkeepDesk(engine.ports);
      engine.others['site'] = {
        ...engine.others['site']!,
        suspend: verb('suspend', () => (refuses ? refused() : undefined)),
      };
    });
    const failing = async (parent: string) => {
      const { jobId } = await ask(parent, 'suspend');
      await engine.until(jobId, 'needs_operator');
      return jobId;
    };

    it('is resumed, once a person has decided so, with what was added to it', async () => {
      const { parent, child } = await withBackup();
      engine.others['vault'] = { ...engine.others['vault']!, order: fields({}) };
      const { jobId: adding, serviceId: grandchild } = await addTo(child, 'archive');
      await engine.until(adding, 'completed');
      const jobId = await failing(parent);
      await isOver(grandchild, 'suspended');
      expect(await upkeep.resumeAddons(10)).toBe(0);
      await engine.operators.rollBack(jobId, 'staff');
      await engine.until(jobId, 'cancelled');
      expect(await upkeep.resumeAddons(10)).toBe(1);
      await isOver(child, 'active');
      await isOver(grandchild, 'active');
      expect(await upkeep.resumeAddons(10)).toBe(0);
    });

    it('stays suspended when it was so by itself, and when it is to end', async () => {
      const { parent, child } = await withBackup();
      await engine.until((await ask(child, 'suspend')).jobId, 'completed');
      const { serviceId: other, jobId: adding } = await addTo(parent);
      await engine.until(adding, 'completed');
      const jobId = await failing(parent);
      await isOver(other, 'suspended');
      ending = broken;
      await engine.until((await ask(other, 'terminate')).jobId, 'needs_operator');
      await engine.operators.markResolved(jobId, 'it runs on', 'staff');
      expect(await upkeep.resumeAddons(10)).toBe(0);
    });

    it('that was never made is made and runs', async () => {
      const parent = await hosting();
      building = refused;
      const { jobId: adding, serviceId: child } = await addTo(parent);
      await engine.until(adding, 'failed');
      await engine.operators.markResolved(await failing(parent), 'it runs on', 'staff');
      expect(await upkeep.resumeAddons(10)).toBe(1);
      building = nothing;
      await engine.until(await engine.operators.retry(adding, 'staff'), 'completed');
      expect([await stateOf(child), log]).toEqual(['active', []]);
    });
  });

  it('that is made anew under a suspended parent is suspended once it is there, and resumed with that', async () => {
    const parent = await hosting();
    building = refused;
    const { jobId: adding, serviceId: child } = await addTo(parent);
    await engine.until(adding, 'failed');
    await engine.until((await ask(parent, 'suspend')).jobId, 'completed');
    building = nothing;
    await engine.until(await engine.operators.retry(adding, 'staff'), 'completed');
    await isOver(child, 'suspended');
    await engine.until((await ask(parent, 'unsuspend')).jobId, 'completed');
    await isOver(child, 'active');
  });

  it('whose extension is not loaded does not keep its parent from being suspended', async () => {
    const { parent, child } = await withBackup();
    const { vault: _vault, ...others } = engine.others;
    engine.others = others;
    await engine.until((await ask(parent, 'suspend')).jobId, 'completed');
    expect(await stateOf(child)).toBe('active');
  });
});
