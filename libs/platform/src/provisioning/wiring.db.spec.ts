import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { fields, operation, secret, type Fields, type JsonObject, type LaterShape } from '@hostwright/sdk';
import { bundle, componentsOf, order, played, verb } from './testing/bundle.js';
import { EngineFixture } from './testing/engine-fixture.js';
import { Gate, lost, refused, Things } from './testing/things.js';

type Later = LaterShape<Fields, Fields, Fields, Fields>;

describe('a product whose components are wired', () => {
  let engine: EngineFixture;
  let things: Things;
  let seen: Record<string, JsonObject>;
  /** Operation → the fields of the order that it was told are wired. */
  let wiredOf: Record<string, readonly string[] | undefined>;

  const address = fields({ address: { type: 'ipv4', label: 'Address' }, token: { type: 'secret', label: 'Token' } });
  const asked = fields({ domain: { type: 'hostname', label: 'Domain' } });

  /** Makes a thing, and leaves its address and a token. */
  const site = (extra: (name: string) => Promise<void> = async () => undefined) =>
    played({
      order: asked,
      properties: address,
      steps: ['make', 'more'],
      async create({ step, ctx, service, order, wired }) {
        seen['site'] = order as JsonObject;
        wiredOf['site'] = wired;
        await step('make', things.step(`site${service.id}`, ctx.owner));
        await step('more', { run: () => extra('site') });
        return { remoteId: `site${service.id}`, address: '192.0.2.7', token: { ...secret('t0ken') } };
      },
    });

  /** Needs an address and a token, which only the site knows. */
  const dns = (extra: () => Promise<void> = async () => undefined) =>
    played({
      order: fields({
        domain: { type: 'hostname', label: 'Domain' },
        content: { type: 'ipv4', label: 'Content' },
        key: { type: 'secret', label: 'Key' },
      }),
      product: fields({ account: { type: 'text', label: 'Account' } }),
      steps: ['publish', 'check'],
      async create({ step, ctx, service, order, product, wired }) {
        seen['dns'] = { ...order, ...product } as JsonObject;
        wiredOf['create'] = wired;
        await step('publish', things.step(`dns${service.id}`, ctx.owner));
        await step('check', { run: extra });
        return { remoteId: `dns${service.id}` };
      },
    });

  const wires = {
    content: { component: 'site', output: 'address' },
    key: { component: 'site', output: 'token' },
    account: { component: 'site', output: 'remoteId' },
  };

  beforeAll(async () => {
    engine = await EngineFixture.make();
    await bundle(engine, 'wired', [{ name: 'dns', inputs: wires }, { name: 'site' }]);
    await engine.runner().start();
  });
  afterAll(() => engine.end());
  beforeEach(() => {
    engine.reset();
    things = new Things();
    seen = {};
    wiredOf = {};
  });

  it('asks once for what several need, and not for what is wired', async () => {
    engine.others = { site: site(), dns: dns() };
    await expect(order(engine, 'wired', { domain: 'a.example', content: '192.0.2.1' })).rejects.toMatchObject({
      code: 'invalid_input',
      field: 'order.content',
    });
    const { jobId, serviceId } = await order(engine, 'wired', { domain: 'a.example' });
    await engine.until(jobId, 'completed');
    expect(seen).toEqual({
      site: { domain: 'a.example' },
      dns: { domain: 'a.example', content: '192.0.2.7', key: 't0ken', account: `site${serviceId}` },
    });
    expect(things.log).toEqual([`find site${serviceId}`, `create site${serviceId}`, `find dns${serviceId}`, `create dns${serviceId}`]);
  });

  it('tells each operation which fields of the order nobody typed', async () => {
    const renew = operation<Later>({
      steps: ['renew'],
      async run({ step, wired }) {
        wiredOf['renew'] = wired;
        await step('renew', { run: async () => undefined });
      },
    });
    engine.others = { site: site(), dns: { ...dns(), renew } as never };
    const { jobId, serviceId } = await order(engine, 'wired', { domain: 'a.example' });
    await engine.until(jobId, 'completed');
    await engine.until((await engine.desk.request(serviceId, 'renew', 'test')).jobId, 'completed');
    const [ours = [], later = []] = [wiredOf['create'], wiredOf['renew']];
    expect([[...ours].sort(), [...later].sort(), wiredOf['site']]).toEqual([['content', 'key'], ['content', 'key'], undefined]);
  });

  it('counts one progress for the lot', async () => {
    engine.others = { site: site(), dns: dns() };
    const { jobId } = await order(engine, 'wired', { domain: 'a.example' });
    const { events } = await engine.until(jobId, 'completed');
    expect(events).toEqual([
      'progress create: accepted 0',
      'progress site / make: started 0',
      'progress site / make: done 25',
      'progress site / more: done 50',
      'progress dns / publish: started 50',
      'progress dns / publish: done 75',
      'progress dns / check: done 100',
      'complete create: done 100',
    ]);
  });

  it('keeps what it was wired with for every later operation, secrets sealed, and shows none', async () => {
    engine.others = { site: site(), dns: dns() };
    const { jobId, serviceId } = await order(engine, 'wired', { domain: 'a.example' });
    const { program } = await engine.until(jobId, 'completed');
    expect((await componentsOf(engine, serviceId))['dns']).toMatchObject({
      inputs: { order: { content: '192.0.2.7', key: { $sealed: 'nek0t' } }, product: { account: `site${serviceId}` } },
    });
    const { rows } = await engine.pool.query<{ text: string }>(
      `SELECT concat_ws(' ', (SELECT json_agg(e) FROM provisioning_event e), (SELECT json_agg(s) FROM provisioning_step s), (SELECT json_agg(o) FROM outbox o)) AS text`,
    );
    expect(rows[0]!.text + JSON.stringify(program)).not.toContain('t0ken');
    // The site is another by then; what the other was made with stays.
    await engine.pool.query(
      `UPDATE service_component SET properties = '{"address": "192.0.2.99"}' WHERE service_id = $1 AND name = 'site'`,
      [serviceId],
    );
    let later: unknown;
    engine.others['dns'] = played({
      ...{ order: fields({}), steps: [], create: async () => ({ remoteId: 'x' }) },
      more: { suspend: verb('suspend', (_id, args) => void (later = args)) },
    });
    const suspended = await engine.desk.request(serviceId, 'suspend', 'test');
    expect(suspended.without).toEqual(['site']);
    const { events } = await engine.until(suspended.jobId, 'completed');
    expect(later).toEqual({
      order: { domain: 'a.example', content: '192.0.2.7', key: 't0ken' },
      product: { account: `site${serviceId}` },
    });
    expect(events[0]).toBe('progress suspend: accepted, but for site, which cannot 0');
  });

  it('begins what is wired only when its source has returned, also when the worker dies before it', async () => {
    const gate = new Gate();
    engine.others = { site: site(() => gate.pass()), dns: dns() };
    const { jobId, serviceId } = await order(engine, 'wired', { domain: 'a.example' });
    await engine.when(() => gate.reached === 1);
    expect(things.count('create dns')).toBe(0);
    await engine.crash(jobId);
    gate.release();
    await engine.until(jobId, 'completed');
    expect([things.count('create site'), things.count('create dns')]).toEqual([1, 1]);
    expect(seen['dns']).toMatchObject({ content: '192.0.2.7', account: `site${serviceId}` });
  });

  it('goes on with the same values when the worker dies after the source has returned', async () => {
    const gate = new Gate();
    engine.others = { site: site(), dns: dns(() => gate.pass()) };
    const { jobId } = await order(engine, 'wired', { domain: 'a.example' });
    await engine.when(() => gate.reached === 1);
    seen = {};
    await engine.crash(jobId);
    gate.release();
    await engine.until(jobId, 'completed');
    expect([things.count('create site'), things.count('create dns')]).toEqual([1, 1]);
    expect(seen['dns']).toMatchObject({ content: '192.0.2.7', key: 't0ken' });
  });

  it('rolls back what was made last first', async () => {
    engine.others = { site: site(), dns: dns(async () => refused()) };
    const { jobId, serviceId } = await order(engine, 'wired', { domain: 'a.example' });
    expect(await engine.until(jobId, 'failed')).toMatchObject({ service: 'pending', tasks: ['failed'] });
    expect(things.log.filter((line) => line.startsWith('remove'))).toEqual([`remove dns${serviceId}`, `remove site${serviceId}`]);
    expect(things.made.size).toBe(0);
  });

  it('leaves nothing when a call of one had worked without an answer while the other failed', async () => {
    const both = { inputs: {} };
    await bundle(engine, 'beside', [
      { name: 'left', extension: 'site', ...both },
      { name: 'right', extension: 'bad', ...both },
    ]);
    const gate = new Gate();
    const bad = played({
      steps: ['fail'],
      async create({ step }) {
        await step('fail', {
          run: async () => {
            await gate.pass();
            refused();
          },
        });
        return { remoteId: 'never' };
      },
    });
    engine.others = { site: site(), bad };
    things.faultsOf['site'] = [
      (name) => {
        things.put(name, `hw-test-${name.slice(4)}`);
        gate.release();
        lost();
      },
    ];
    const { jobId } = await order(engine, 'beside', { domain: 'a.example' });
    await engine.until(jobId, 'failed');
    expect(things.made.size).toBe(0);
    expect((await engine.lateLooks(jobId)).state).toBe('failed');
  });

  it('asks a person about a source that leaves what it did not declare, before anything is made of it', async () => {
    const wrong = { ...site(), create: { ...site().create, run: async () => ({ remoteId: 'r', nonsense: 1 }) as never, steps: [] } };
    engine.others = { site: wrong as never, dns: dns() };
    const { jobId } = await order(engine, 'wired', { domain: 'a.example' });
    expect(await engine.until(jobId, 'needs_operator')).toMatchObject({ tasks: ['bug'] });
    expect(things.log).toEqual([]);
  });

  it('rolls back when what was left does not fit, and says which field without the value', async () => {
    const text = fields({ address: { type: 'text', label: 'Address' }, token: { type: 'secret', label: 'Token' } });
    const odd = { ...site(), properties: text } as never;
    engine.others = { site: odd, dns: dns() };
    (engine.others['site'] as unknown as { create: object }).create = played({
      steps: ['make', 'more'],
      async create({ step, ctx, service }) {
        await step('make', things.step(`site${service.id}`, ctx.owner));
        return { remoteId: 'r', address: 'not-an-address', token: { ...secret('t0ken') } };
      },
    }).create;
    const { jobId } = await order(engine, 'wired', { domain: 'a.example' });
    const { failure } = await engine.until(jobId, 'failed');
    expect(failure).toEqual({
      code: 'invalid_config',
      message: expect.stringMatching(/^what 'dns' is wired with does not fit: inputs\.content: must be an IPv4 address$/),
    });
    expect(things.made.size).toBe(0);
  });

  it('ends what is wired before what it is wired from', async () => {
    const ended: string[] = [];
    const removing = (name: string) => verb('remove', () => void ended.push(name));
    engine.others = {
      site: { ...site(), terminate: removing('site') },
      dns: { ...dns(), terminate: removing('dns') },
    };
    const { jobId, serviceId } = await order(engine, 'wired', { domain: 'a.example' });
    await engine.until(jobId, 'completed');
    const { jobId: ending } = await engine.desk.request(serviceId, 'terminate', 'test');
    expect(await engine.until(ending, 'completed')).toMatchObject({ service: 'terminated' });
    expect(ended).toEqual(['dns', 'site']);
  });
});
