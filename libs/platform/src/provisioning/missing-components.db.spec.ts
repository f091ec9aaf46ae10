import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { action, fields, operation, type ChangeShape, type Fields, type JsonObject } from '@hostwright/sdk';
import { inTransaction } from '../database/index.js';
import { bundle, order, played, verb, type PlayedModule } from './testing/bundle.js';
import { EngineFixture } from './testing/engine-fixture.js';
import { Gate, refused } from './testing/things.js';

type Change = ChangeShape<Fields, Fields, Fields, Fields>;

describe('a component that could not be made, of a service in use', () => {
  let engine: EngineFixture;
  let refuses: boolean;
  let log: string[];
  let gate: Gate | undefined;

  const size = fields({ size: { type: 'integer', label: 'Size' } });
  const said = (what: string) => verb(what, () => void log.push(what));
  const change = (name: string) =>
    operation<Change>({
      steps: ['change'],
      async run({ step, remoteId, product }) {
        await step('change', {
          run: async () => {
            await gate?.pass();
            log.push(`change ${name} ${String(remoteId)} ${String((product as JsonObject)['size'])}`);
          },
        });
      },
    });
  const site: PlayedModule = {
    product: size,
    steps: [],
    create: async () => ({ remoteId: 'site' }),
    more: { suspend: said('suspend site'), changePackage: change('site') },
  };
  const certificate: PlayedModule = {
    product: size,
    steps: ['order'],
    async create({ step, product }) {
      await step('order', { run: async () => (refuses ? refused() : void log.push(`make ${String((product as JsonObject)['size'])}`)) });
      return { remoteId: 'certificate' };
    },
    more: {
      suspend: said('suspend certificate'),
      changePackage: change('certificate'),
      changePassword: operation({ steps: [], run: async () => void log.push('change password') }) as never,
      addDomain: operation({ steps: [], run: async () => void log.push('add domain') }) as never,
      domainTarget: () => ({ addresses: ['192.0.2.1'] }),
      actions: {
        reissue: action({ label: 'Reissue', shownTo: 'customer', steps: [], run: async () => void log.push('reissue') }) as never,
      },
    },
  };

  beforeAll(async () => {
    engine = await EngineFixture.make();
    for (const [code, settings] of Object.entries({ small: { size: 1 }, large: { size: 9 } }))
      await bundle(engine, code, [
        { name: 'site', settings },
        { name: 'certificate', settings, handOver: 'later' },
      ]);
    await engine.runner().start();
  });
  afterAll(() => engine.end());
  beforeEach(() => {
    engine.reset();
    refuses = true;
    log = [];
    gate = undefined;
    engine.others = { site: played(site), certificate: played(certificate) };
  });

  async function without(): Promise<{ serviceId: string; jobId: string }> {
    const { jobId, serviceId } = await order(engine, 'small');
    expect(await engine.until(jobId, 'completed')).toMatchObject({ service: 'active', tasks: ['incomplete'] });
    return { serviceId, jobId };
  }
  const jobs = async (serviceId: string) =>
    (await engine.pool.query(`SELECT 1 FROM provisioning_job WHERE service_id = $1 AND operation <> 'create'`, [serviceId])).rows.length;

  it('takes no action, no password and no domain', async () => {
    const { serviceId } = await without();
    const by = { requestedBy: 'test', byCustomer: true };
    const conflict = { code: 'conflict', message: expect.stringContaining(`'certificate' of service ${serviceId} is not there`) };
    await expect(engine.desk.act({ serviceId, name: 'reissue', input: {}, ...by })).rejects.toMatchObject(conflict);
    await expect(engine.desk.changePassword({ serviceId, ...by })).rejects.toMatchObject(conflict);
    await expect(engine.domains.add({ serviceId, name: 'a.example', requestedBy: 'test' })).rejects.toMatchObject(conflict);
    expect([await jobs(serviceId), log]).toEqual([0, []]);
  });

  it('is left out when the service is suspended; where nothing else can be, that is said', async () => {
    const { serviceId } = await without();
    const { jobId } = await engine.desk.request(serviceId, 'suspend', 'test');
    await engine.until(jobId, 'completed');
    expect(log).toEqual(['suspend site']);
    const other = await without();
    engine.others = { ...engine.others, site: played({ ...site, more: {} }) };
    await expect(engine.desk.request(other.serviceId, 'suspend', 'test')).rejects.toMatchObject({ code: 'unsupported' });
    expect(await jobs(other.serviceId)).toBe(0);
  });

  it('is made as the product has it that the service has become meanwhile', async () => {
    const { serviceId, jobId } = await without();
    // It is not there, so it need not be able to change.
    engine.others = { ...engine.others, certificate: played({ ...certificate, more: {} }) };
    await engine.until((await engine.desk.changePackage(serviceId, 'large', 'test')).jobId, 'completed');
    expect(log).toEqual(['change site site 9']);
    refuses = false;
    await engine.until(await engine.operators.retry(jobId, 'staff'), 'completed');
    expect(log.at(-1)).toBe('make 9');
  });

  it('is left out when the service is given once more what was sold, as is what cannot be changed', async () => {
    const again = async (serviceId: string) => {
      const asked = await inTransaction(engine.pool, (client) =>
        engine.desk.requestAgain(client, serviceId, { operation: 'changePackage' }, 'staff'),
      );
      await engine.until(asked.jobId, 'completed');
    };
    const { serviceId } = await without();
    await again(serviceId);
    refuses = false;
    engine.others = { ...engine.others, certificate: played({ ...certificate, more: {} }) };
    const { serviceId: whole, jobId } = await order(engine, 'small');
    await engine.until(jobId, 'completed');
    await again(whole);
    expect(log).toEqual(['change site site 1', 'make 1', 'change site site 1']);
  });

  it('is not made while the service becomes another product', async () => {
    const { serviceId, jobId } = await without();
    gate = new Gate();
    const changing = await engine.desk.changePackage(serviceId, 'large', 'test');
    await engine.when(() => gate!.reached === 1);
    await expect(engine.operators.retry(jobId, 'staff')).rejects.toMatchObject({ code: 'conflict' });
    gate.release();
    await engine.until(changing.jobId, 'completed');
    refuses = false;
    await engine.until(await engine.operators.retry(jobId, 'staff'), 'completed');
    expect(log.at(-1)).toBe('make 9');
  });

  it('whose extension is not loaded stands in the way of none of the others', async () => {
    refuses = false;
    const { jobId, serviceId } = await order(engine, 'small');
    await engine.until(jobId, 'completed');
    engine.others = { certificate: engine.others['certificate']! };
    const by = { requestedBy: 'test', byCustomer: true };
    for (const asked of [
      await engine.desk.act({ serviceId, name: 'reissue', input: {}, ...by }),
      await engine.desk.changePassword({ serviceId, ...by }),
      await engine.desk.request(serviceId, 'suspend', 'test'),
    ])
      await engine.until(asked.jobId, 'completed');
    expect(log).toEqual(['make 1', 'reissue', 'change password', 'suspend certificate']);
    await expect(engine.desk.request(serviceId, 'terminate', 'test')).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining(`'site' is not loaded`),
    });
  });
});
