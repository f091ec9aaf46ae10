import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { done, fields, number, pending, type JsonObject } from '@hostwright/sdk';
import { bundle, componentsOf, order, played, verb, type PlayedModule } from './testing/bundle.js';
import { EngineFixture } from './testing/engine-fixture.js';
import { broken, Gate, lost, refused, Things } from './testing/things.js';

describe('a product of which something comes after the hand-over', () => {
  let engine: EngineFixture;
  let things: Things;
  /** Where the certificate waits for the customer. */
  let validated: boolean;
  let after: () => Promise<void>;

  const site: PlayedModule = {
    properties: fields({ address: { type: 'text', label: 'Address' } }),
    steps: ['make'],
    async create({ step, ctx, service }) {
      await step('make', things.step(`site${service.id}`, ctx.owner));
      return { remoteId: `site${service.id}`, address: 'a.example' };
    },
    more: {
      suspend: verb('suspend', () => undefined),
      terminate: verb('remove', (id) => things.remove(`site${id}`)),
    },
  };
  /** Orders, waits for the customer, then fetches. */
  const certificate: PlayedModule = {
    order: fields({ name: { type: 'text', label: 'Name' } }),
    steps: ['order', 'wait', 'fetch'],
    async create({ step, ctx, service, order }) {
      await step('order', things.step(`certificate${service.id}`, ctx.owner));
      await step('wait', { until: async () => (validated ? done(undefined) : pending(undefined, 20_000)) });
      await step('fetch', { run: () => after() });
      return { remoteId: `${(order as JsonObject)['name'] as string} certificate` };
    },
    more: {
      terminate: verb('revoke', (id) => things.remove(`certificate${id}`)),
    },
  };
  /** Comes later too, and is at once there unless a test says otherwise. */
  const mail: PlayedModule = {
    steps: ['open'],
    async create({ step, ctx, service }) {
      await step('open', things.step(`mail${service.id}`, ctx.owner));
      return { remoteId: `mail${service.id}` };
    },
  };
  const wired = { name: { component: 'site', output: 'address' } };
  const modules = (over: Partial<Record<'site' | 'certificate' | 'mail', Partial<PlayedModule>>> = {}) => ({
    site: played({ ...site, ...over.site }),
    certificate: played({ ...certificate, ...over.certificate }),
    mail: played({ ...mail, ...over.mail }),
  });

  beforeAll(async () => {
    engine = await EngineFixture.make();
    const later = { handOver: 'later' as const };
    await bundle(engine, 'secure', [{ name: 'site' }, { name: 'certificate', inputs: wired, ...later }]);
    await bundle(engine, 'kept', [{ name: 'site' }, { name: 'certificate', inputs: wired, ...later }], { onFailure: 'keep for repair' });
    await bundle(engine, 'full', [{ name: 'site' }, { name: 'certificate', inputs: wired, ...later }, { name: 'mail', ...later }]);
    await engine.runner().start();
  });
  afterAll(() => engine.end());
  beforeEach(async () => {
    engine.reset();
    things = new Things();
    validated = false;
    after = async () => undefined;
    engine.others = modules();
    await engine.pool.query(`TRUNCATE outbox`);
  });

  const topics = async () =>
    (await engine.pool.query<{ topic: string }>(`SELECT topic FROM outbox WHERE topic NOT LIKE 'operator_task%' ORDER BY id`)).rows.map(
      ({ topic }) => topic,
    );
  const remoteIds = async (serviceId: string) =>
    Object.fromEntries(Object.entries(await componentsOf(engine, serviceId)).map(([name, { remoteId }]) => [name, remoteId]));
  /** Ordered, handed over, and waiting for the customer. */
  async function handedOver(code = 'secure') {
    const { jobId, serviceId } = await order(engine, code);
    await engine.when(async () => (await engine.view(jobId)).steps['certificate / wait']?.state === 'waiting');
    return { jobId, serviceId };
  }
  async function goOn(jobId: string) {
    validated = true;
    await engine.pool.query(`UPDATE provisioning_step SET wake_at = now() WHERE job_id = $1 AND state = 'waiting'`, [jobId]);
    await engine.pool.query(`UPDATE provisioning_job SET wake_at = now() WHERE id = $1 AND worker_id IS NULL`, [jobId]);
  }

  it('is the customer’s to use before what comes later is there', async () => {
    const { jobId, serviceId } = await handedOver();
    const job = await engine.until(jobId, 'waiting');
    expect(job).toMatchObject({ service: 'active' });
    expect(job.events).toContain('progress handed over: the service can be used 25');
    expect(await topics()).toEqual(['service.create.completed']);
    expect(await remoteIds(serviceId)).toEqual({ site: `site${serviceId}`, certificate: null });
    await goOn(jobId);
    expect(await engine.until(jobId, 'completed')).toMatchObject({ service: 'active', tasks: [], failure: null });
    expect(await topics()).toEqual(['service.create.completed', 'service.laterParts.completed']);
    expect(await remoteIds(serviceId)).toEqual({ site: `site${serviceId}`, certificate: 'a.example certificate' });
  });

  it('is handed over once, also when the worker dies at any moment of it', async () => {
    const gate = new Gate();
    engine.others = modules({
      certificate: {
        async create(args) {
          if (gate.reached === 0) await args.step('order', { run: () => gate.pass() });
          else await args.step('order', { run: async () => undefined });
          return { remoteId: 'c' };
        },
        steps: ['order'],
      },
    });
    const { jobId } = await order(engine, 'secure');
    await engine.when(() => gate.reached === 1);
    await engine.crash(jobId);
    gate.release();
    expect(await engine.until(jobId, 'completed')).toMatchObject({ service: 'active' });
    expect((await topics()).filter((topic) => topic === 'service.create.completed')).toHaveLength(1);
    expect(things.count('create site')).toBe(1);
  });

  it('stays whole when what comes later fails: its own steps are undone, a person is told, and the job says what is missing', async () => {
    after = async () => refused();
    const { jobId, serviceId } = await handedOver();
    await goOn(jobId);
    const job = await engine.until(jobId, 'completed');
    expect(job).toMatchObject({ service: 'active', tasks: ['incomplete'], failure: { code: 'rejected', message: 'the provider said no' } });
    expect(job.events.at(-1)).toBe('complete create: done, but for certificate 100');
    expect([...things.made.keys()]).toEqual([`site${serviceId}`]);
    expect(await topics()).toEqual(['service.create.completed', 'service.laterParts.given_up']);
  });

  it('has what is missing made by a retry, and nothing else', async () => {
    after = async () => refused();
    const { jobId, serviceId } = await handedOver();
    await goOn(jobId);
    await engine.until(jobId, 'completed');
    after = async () => undefined;
    const next = await engine.operators.retry(jobId, 'staff');
    expect(next).not.toBe(jobId);
    expect(await engine.until(next, 'completed')).toMatchObject({ service: 'active' });
    expect(await remoteIds(serviceId)).toEqual({ site: `site${serviceId}`, certificate: 'a.example certificate' });
    expect([things.count('create site'), things.count('create certificate')]).toEqual([1, 2]);
    expect((await engine.view(jobId)).tasks).toEqual([]);
    await expect(engine.operators.retry(next, 'staff')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('goes on where it stopped when the product keeps what failed for repair', async () => {
    after = async () => refused();
    const { jobId, serviceId } = await handedOver('kept');
    await goOn(jobId);
    expect(await engine.until(jobId, 'needs_operator')).toMatchObject({ service: 'active', tasks: ['incomplete'] });
    expect(things.made.has(`certificate${serviceId}`)).toBe(true);
    const { rows } = await engine.pool.query(`SELECT payload -> 'handedOver' AS later FROM outbox WHERE topic = 'job.needs_operator'`);
    expect(rows).toEqual([{ later: true }]);
    after = async () => undefined;
    expect(await engine.operators.retry(jobId, 'staff')).toBe(jobId);
    expect(await engine.until(jobId, 'completed')).toMatchObject({ service: 'active', tasks: [] });
    expect(await remoteIds(serviceId)).toMatchObject({ certificate: 'a.example certificate' });
    expect(things.count('create certificate')).toBe(1);
  });

  it('keeps for repair what fails before the hand-over, too', async () => {
    engine.others = modules({
      site: {
        steps: ['make', 'check'],
        async create(args) {
          await args.step('make', things.step(`site${args.service.id}`, args.ctx.owner));
          await args.step('check', { run: () => after() });
          return { remoteId: 'r', address: 'a.example' };
        },
      },
    });
    after = async () => refused();
    const { jobId, serviceId } = await order(engine, 'kept');
    expect(await engine.until(jobId, 'needs_operator')).toMatchObject({ service: 'pending', tasks: ['failed'] });
    expect(things.made.has(`site${serviceId}`)).toBe(true);
    expect(things.count('remove')).toBe(0);
  });

  it('lets the others go on when one of what comes later fails', async () => {
    engine.others = modules({
      mail: { steps: ['open'], create: async ({ step }) => (await step('open', { run: async () => refused() })) as never },
    });
    const { jobId, serviceId } = await handedOver('full');
    await engine.when(async () => (await engine.view(jobId)).tasks.includes('incomplete'));
    expect(await engine.until(jobId, 'waiting')).toMatchObject({ service: 'active' });
    await goOn(jobId);
    expect(await engine.until(jobId, 'completed')).toMatchObject({ tasks: ['incomplete'] });
    expect(await remoteIds(serviceId)).toEqual({ site: `site${serviceId}`, certificate: 'a.example certificate', mail: null });
    // Later operations leave alone what never was there.
    const { jobId: suspending } = await engine.desk.request(serviceId, 'suspend', 'test');
    expect(await engine.until(suspending, 'completed')).toMatchObject({ service: 'suspended' });
  });

  it('shows what is there already while the rest is still to come', async () => {
    const { jobId, serviceId } = await handedOver('full');
    await engine.when(async () => (await remoteIds(serviceId))['mail'] !== null);
    expect(await engine.until(jobId, 'waiting')).toMatchObject({ service: 'active' });
  });

  it('is ended while something is still to come: that is stopped at its next step, then all of it goes', async () => {
    const { jobId, serviceId } = await handedOver('full');
    const { jobId: ending } = await engine.desk.request(serviceId, 'terminate', 'test');
    expect(await engine.until(jobId, 'cancelled')).toMatchObject({ tasks: [] });
    expect(await engine.until(ending, 'completed')).toMatchObject({ service: 'terminated' });
    // The mail was handed over before, and its module leaves it: it is not the stopped job that takes it away.
    expect([...things.made.keys()]).toEqual([`mail${serviceId}`]);
  });

  it('takes back what was kept for repair when the service is ended', async () => {
    after = async () => refused();
    const { jobId, serviceId } = await handedOver('kept');
    await goOn(jobId);
    await engine.until(jobId, 'needs_operator');
    const { jobId: ending } = await engine.desk.request(serviceId, 'terminate', 'test');
    await engine.until(ending, 'completed');
    expect(things.made.size).toBe(0);
    expect((await engine.view(jobId)).tasks).toEqual([]);
  });

  it('stops when staff roll it back, and what was handed over stays', async () => {
    const { jobId, serviceId } = await handedOver();
    await engine.operators.rollBack(jobId, 'staff');
    expect(await engine.until(jobId, 'cancelled')).toMatchObject({ service: 'active' });
    expect([...things.made.keys()]).toEqual([`site${serviceId}`]);
    expect(await topics()).not.toContain('service.laterParts.given_up');
    const again = await engine.operators.retry(jobId, 'staff');
    validated = true;
    expect(await engine.until(again, 'completed')).toMatchObject({ service: 'active' });
  });

  it('asks a person about a bug in what comes later, and can be stopped all the same', async () => {
    after = async () => broken();
    const { jobId, serviceId } = await handedOver();
    await goOn(jobId);
    expect(await engine.until(jobId, 'needs_operator')).toMatchObject({ service: 'active', tasks: ['bug'] });
    await engine.operators.rollBack(jobId, 'staff');
    expect(await engine.until(jobId, 'cancelled')).toMatchObject({ service: 'active' });
    expect([...things.made.keys()]).toEqual([`site${serviceId}`]);
  });

  it('ends as delivered when a person has seen to what was missing', async () => {
    after = async () => broken();
    const { jobId, serviceId } = await handedOver();
    await goOn(jobId);
    await engine.until(jobId, 'needs_operator');
    await engine.operators.markResolved(jobId, 'bought elsewhere', 'staff');
    expect(await engine.view(jobId)).toMatchObject({ state: 'completed', service: 'active' });
    expect(await remoteIds(serviceId)).toMatchObject({ site: `site${serviceId}` });
  });

  it('looks late for what was given up, and leaves what was handed over alone', async () => {
    const arrives = (name: string) => {
      things.put(name, `hw-test-${name.replace(/\D/g, '')}`);
      lost();
    };
    after = async () => refused();
    things.faultsOf['site'] = [arrives];
    things.faultsOf['certificate'] = [arrives];
    const { jobId, serviceId } = await handedOver();
    await goOn(jobId);
    await engine.until(jobId, 'completed');
    // The provider makes one more, long after.
    things.put(`certificate${serviceId}`, `hw-test-${serviceId}`);
    await engine.lateLooks(jobId);
    expect([...things.made.keys()]).toEqual([`site${serviceId}`]);
  });

  it('frees what a given-up component had reserved, and keeps the rest', async () => {
    const reserving = (name: 'site' | 'certificate') => {
      const module = modules()[name];
      return { ...module, create: { ...module.create, reserve: { place: number('range') } } };
    };
    await engine.pool.query(`UPDATE server SET settings = '{"range": "1-50"}' WHERE name LIKE 'secure %'`);
    engine.others = { ...engine.others, site: reserving('site'), certificate: reserving('certificate') };
    after = async () => refused();
    const { jobId } = await handedOver();
    await goOn(jobId);
    await engine.until(jobId, 'completed');
    const { rows } = await engine.pool.query(
      `SELECT component, free_at IS NOT NULL AS free FROM reservation WHERE job_id = $1 ORDER BY component`,
      [jobId],
    );
    expect(rows).toEqual([
      { component: 'certificate', free: true },
      { component: 'site', free: false },
    ]);
  });
});
