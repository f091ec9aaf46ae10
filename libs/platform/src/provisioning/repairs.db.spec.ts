import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { absent, done, operation, PanelError } from '@hostwright/sdk';
import { PgRepairDesk } from './pg-repair-desk.js';
import { EngineFixture } from './testing/engine-fixture.js';

let engine: EngineFixture;
let repairs: PgRepairDesk;
/** Remote id → owner mark, of what the provider has. */
const things = new Map<string, string>();
const calls: string[] = [];
let rings = 0;

beforeAll(async () => {
  engine = await EngineFixture.make();
  repairs = new PgRepairDesk({ ...engine.ports, doorbell: { ring: () => Promise.resolve(void (rings += 1)) } }, engine.desk);
  await engine.runner().start();
  // What the services were sold as.
  await engine.pool.query(
    `WITH g AS (INSERT INTO server_group (name) VALUES ('sold') RETURNING id)
     INSERT INTO product_component (product_id, name, extension, server_group_id, settings, position) SELECT p.id, 'site', 'fake', g.id, '{}', 1 FROM product p, g`,
  );
});
afterAll(() => engine.end());
beforeEach(async () => {
  engine.reset();
  await sql(`UPDATE service_component SET remote_id = NULL`);
  things.clear();
  calls.length = 0;
  rings = 0;
  const notes = (name: string) =>
    operation({
      steps: ['ask'],
      run: async ({ step, ...about }) => {
        const { remoteId } = about as unknown as { remoteId: string };
        await step('ask', { run: () => Promise.resolve(void calls.push(`${name} ${remoteId}`)) });
      },
    });
  engine.modules = {
    provisioning: { suspend: notes('suspend'), unsuspend: notes('unsuspend'), changePackage: notes('changePackage'), terminate },
  };
});

/** Takes down what bears its own mark, as every module must. */
const terminate = operation({
  steps: ['take down'],
  async run({ step, ctx, service, ...about }) {
    const { remoteId, properties } = about as unknown as { remoteId: string; properties: { pin: { $secret: string } } };
    await step('take down', {
      strength: 'unique',
      claim: remoteId,
      find: async (id: string) => {
        const owner = things.get(id);
        if (owner === undefined) return done(null);
        if (owner !== ctx.owner) throw new PanelError('not_owned', `${id} belongs to somebody else`);
        return absent;
      },
      run: async (id: string) => {
        calls.push(`terminate ${id} of ${service.id} with ${properties.pin.$secret}`);
        things.delete(id);
        return null;
      },
    });
  },
});

const sql = (text: string, values: unknown[] = []) => engine.pool.query<Record<string, unknown>>(text, values);
/** A service in a state, with what create left. */
const service = async (state: string, remoteId: string | null = `r${Math.random()}`) => {
  const id = await engine.service();
  await sql(`UPDATE service SET state = $2 WHERE id = $1`, [id, state]);
  await sql(`UPDATE service_component SET remote_id = $2, properties = '{"pin": {"$sealed": "4321"}}' WHERE service_id = $1`, [
    id,
    remoteId,
  ]);
  return id;
};
const finding = async (serviceId: string, kind: string, aspect: string, remoteId = 'r1') => {
  const { rows } = await sql(
    `INSERT INTO reconciliation_finding (server_id, service_id, component, remote_id, kind, aspect, last_look_id)
     VALUES ($1, $2, CASE WHEN $4 = 'orphan' THEN '' ELSE 'site' END, $3, $4, $5, 1) RETURNING id`,
    [engine.serverId, serviceId, remoteId, kind, aspect],
  );
  return String(rows[0]!['id']);
};
const jobsOf = async (serviceId: string) => (await sql(`SELECT operation FROM provisioning_job WHERE service_id = $1`, [serviceId])).rows;
const audit = async (findingId: string) =>
  (await sql(`SELECT actor, action, details FROM audit WHERE subject = $1 ORDER BY id`, [`finding:${findingId}`])).rows;

describe('a repair', () => {
  it.each([['abc'], ['0'], ['999999'], ['99999999999999999999']])('of finding %s, which is not there, is not found', async (id) => {
    await expect(repairs.repair(id, undefined, 'staff:1')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('of what is no longer so is a conflict', async () => {
    const id = await finding(await service('active'), 'drift', 'stopped');
    await sql(`UPDATE reconciliation_finding SET resolved_at = now() WHERE id = $1`, [id]);
    await expect(repairs.repair(id, undefined, 'staff:1')).rejects.toMatchObject({ code: 'conflict' });
  });

  it.each([
    ['running', 'suspended', 'suspend'],
    ['stopped', 'active', 'unsuspend'],
    ['memory', 'active', 'changePackage'],
    ['disk', 'suspended', 'changePackage'],
  ])('of a drift (%s, while %s) is a job: %s', async (aspect, state, wanted) => {
    const serviceId = await service(state, 'r1');
    const id = await finding(serviceId, 'drift', aspect);
    const { jobId, taskId, created } = await repairs.repair(id, undefined, 'staff:1');
    expect([created, taskId, rings]).toEqual([true, null, 1]);
    expect(await engine.until(jobId!, 'completed')).toMatchObject({ service: state });
    expect(calls).toEqual([`${wanted} r1`]);
    expect(await audit(id)).toMatchObject([
      { actor: 'staff:1', action: 'finding.repaired', details: { kind: 'drift', aspect, jobId, taskId: null } },
    ]);
  });

  it.each([
    ['running', 'active'],
    ['stopped', 'suspended'],
    ['memory', 'terminated'],
    ['running', 'terminated'],
  ])('of a drift (%s) is refused when the service has become %s meanwhile', async (aspect, state) => {
    const serviceId = await service(state, 'r1');
    const id = await finding(serviceId, 'drift', aspect);
    await expect(repairs.repair(id, undefined, 'staff:1')).rejects.toMatchObject({ code: 'conflict' });
    expect(await jobsOf(serviceId)).toEqual([]);
    expect(await audit(id)).toEqual([]);
  });

  it.each(['stopped', 'memory'])('of a drift (%s) is refused while another operation of the service is under way', async (aspect) => {
    const serviceId = await service('active', 'r1');
    await sql(
      `INSERT INTO provisioning_job (service_id, operation, program, requested_by, state) VALUES ($1, 'renew', '{}', 't', 'needs_operator')`,
      [serviceId],
    );
    const id = await finding(serviceId, 'drift', aspect);
    await expect(repairs.repair(id, undefined, 'staff:1')).rejects.toMatchObject({ code: 'conflict' });
    expect(await jobsOf(serviceId)).toHaveLength(1);
  });

  it('of two things that a change of package mends is one job', async () => {
    const serviceId = await service('active', 'r1');
    const [memory, disk] = [await finding(serviceId, 'drift', 'memory'), await finding(serviceId, 'drift', 'disk')];
    const answers = await Promise.all([memory, disk].map((id) => repairs.repair(id, undefined, 'staff:1')));
    expect(answers[0]!.jobId).toBe(answers[1]!.jobId);
    await engine.until(answers[0]!.jobId!, 'completed');
    expect(await jobsOf(serviceId)).toHaveLength(1);
  });

  it('gives what was sold, whatever has become of the product since', async () => {
    const serviceId = await service('active', 'r1');
    await sql(`UPDATE service_component SET settings = '{"memory": 2}' WHERE service_id = $1`, [serviceId]);
    const productId = await engine.product(`former ${serviceId}`, { memory: 9 });
    await sql(`UPDATE product SET state = 'retired' WHERE id = $1`, [productId]);
    await sql(`UPDATE service SET product_id = $2 WHERE id = $1`, [serviceId, productId]);
    const { jobId } = await repairs.repair(await finding(serviceId, 'drift', 'memory'), undefined, 'staff:1');
    const { program } = await engine.until(jobId!, 'completed');
    expect(program.components).toMatchObject([{ product: { memory: 2 }, previous: { memory: 2 } }]);
    const { rows } = await sql(
      `SELECT s.product_id, c.settings FROM service s JOIN service_component c ON c.service_id = s.id WHERE s.id = $1`,
      [serviceId],
    );
    expect(rows).toEqual([{ product_id: productId, settings: { memory: 2 } }]);
  });

  it('that the module cannot do is unsupported, and changes nothing', async () => {
    engine.modules = { provisioning: { terminate } };
    const serviceId = await service('active', 'r1');
    const id = await finding(serviceId, 'drift', 'memory');
    await expect(repairs.repair(id, undefined, 'staff:1')).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('changePackage'),
    });
    expect(await jobsOf(serviceId)).toEqual([]);
    expect((await sql(`SELECT repaired_at FROM reconciliation_finding WHERE id = $1`, [id])).rows).toEqual([{ repaired_at: null }]);
  });

  it('is one, however many press at once', async () => {
    const serviceId = await service('active', 'r1');
    const id = await finding(serviceId, 'drift', 'stopped');
    const answers = await Promise.all(Array.from({ length: 8 }, () => repairs.repair(id, undefined, 'staff:1')));
    expect(new Set(answers.map(({ jobId }) => jobId)).size).toBe(1);
    expect(answers.filter(({ created }) => created)).toHaveLength(1);
    await engine.until(answers[0]!.jobId!, 'completed');
    // It went well, and nobody has looked since.
    expect((await repairs.repair(id, undefined, 'staff:2')).created).toBe(false);
    expect([await jobsOf(serviceId), await audit(id)].map((rows) => rows.length)).toEqual([1, 1]);
  });

  it('can be begun anew when a look has seen that it was in vain', async () => {
    const serviceId = await service('active', 'r1');
    const id = await finding(serviceId, 'drift', 'stopped');
    const first = await repairs.repair(id, undefined, 'staff:1');
    await engine.until(first.jobId!, 'completed');
    await sql(`UPDATE reconciliation_finding SET last_seen_at = now() WHERE id = $1`, [id]);
    const second = await repairs.repair(id, undefined, 'staff:1');
    expect([second.created, second.jobId === first.jobId]).toEqual([true, false]);
  });
});

describe('the repair of what is missing', () => {
  it('is a task for a person, once, and support is told of it', async () => {
    const serviceId = await service('active', 'r1');
    const id = await finding(serviceId, 'missing', 'gone');
    const answers = await Promise.all([repairs.repair(id, undefined, 'staff:1'), repairs.repair(id, undefined, 'staff:1')]);
    expect(new Set(answers.map(({ taskId }) => taskId)).size).toBe(1);
    const { taskId } = answers[0]!;
    const { rows } = await sql(`SELECT service_id, kind, title, state FROM operator_task WHERE id = $1`, [taskId]);
    expect(rows).toMatchObject([{ service_id: serviceId, kind: 'reconcile', state: 'open', title: expect.stringContaining(serviceId) }]);
    expect((await sql(`SELECT 1 FROM outbox WHERE topic = 'operator_task.opened' AND payload ->> 'taskId' = $1`, [taskId])).rowCount).toBe(
      1,
    );
    expect(await jobsOf(serviceId)).toEqual([]);
  });
});

describe('the removal of an orphan', () => {
  /** Another test's job may still be at work. */
  const terminations = () => calls.filter((call) => call.startsWith('terminate'));

  it.each([undefined, '', 'r2', ' r1'])('is refused when it is not confirmed by its remote id: %j', async (confirm) => {
    const id = await finding(await service('terminated', 'r1'), 'orphan', 'ended');
    await expect(repairs.repair(id, confirm, 'staff:1')).rejects.toMatchObject({ code: 'invalid_input', field: 'confirm' });
    expect(await audit(id)).toEqual([]);
  });

  it('is a job that takes it down with what create once left, and keeps no secret', async () => {
    const serviceId = await service('terminated', 'r1');
    things.set('r1', `hw-test-${serviceId}`);
    const id = await finding(serviceId, 'orphan', 'ended');
    const { jobId } = await repairs.repair(id, 'r1', 'staff:1');
    const ended = await engine.until(jobId!, 'completed');
    expect(terminations()).toEqual([`terminate r1 of ${serviceId} with 1234`]);
    expect(JSON.stringify(ended.program)).not.toMatch(/4321|1234/);
    expect((await sql(`SELECT state FROM service WHERE id = $1`, [serviceId])).rows).toEqual([{ state: 'terminated' }]);
    expect(await audit(id)).toMatchObject([{ details: { kind: 'orphan', remoteId: 'r1', jobId } }]);
  });

  it('touches nothing when somebody else has the id by then: a person is asked', async () => {
    const serviceId = await service('terminated', 'r1');
    things.set('r1', 'hw-theirs-1');
    const { jobId } = await repairs.repair(await finding(serviceId, 'orphan', 'ended'), 'r1', 'staff:1');
    await engine.until(jobId!, 'needs_operator');
    expect(things.get('r1')).toBe('hw-theirs-1');
    expect(terminations()).toEqual([]);
  });

  it('goes on in another worker when the first is killed', async () => {
    const serviceId = await service('terminated', 'r1');
    things.set('r1', `hw-test-${serviceId}`);
    const { jobId } = await repairs.repair(await finding(serviceId, 'orphan', 'ended'), 'r1', 'staff:1');
    await engine.crash(jobId!);
    await engine.until(jobId!, 'completed');
    expect(things.size).toBe(0);
    expect(terminations()).toHaveLength(1);
  });

  it('is refused when something that lives has it, or its service is at work', async () => {
    const ended = await service('terminated', 'r1');
    await service('active', 'r1');
    await expect(repairs.repair(await finding(ended, 'orphan', 'ended'), 'r1', 'staff:1')).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining("lives with 'r1'"),
    });
    const busy = await service('terminated', 'r5');
    await sql(
      `INSERT INTO provisioning_job (service_id, operation, program, requested_by, state, phase) VALUES ($1, 'create', '{}', 't', 'failed', 'looking')`,
      [busy],
    );
    await expect(repairs.repair(await finding(busy, 'orphan', 'ended', 'r5'), 'r5', 'staff:1')).rejects.toMatchObject({ code: 'conflict' });
  });

  it.each([
    ['whose service we never had', 'unknown', '424242'],
    ['of which nothing is on record', 'ended', undefined],
  ])('%s is left to a person, with the mark that finds it', async (_, aspect, unknown) => {
    const serviceId = unknown ?? (await service('terminated', 'another'));
    const id = await finding(serviceId, 'orphan', aspect, 'r9');
    const { jobId, taskId } = await repairs.repair(id, 'r9', 'staff:1');
    expect(jobId).toBeNull();
    const { rows } = await sql(`SELECT detail, service_id FROM operator_task WHERE id = $1`, [taskId]);
    expect(rows).toEqual([{ detail: expect.stringContaining(`hw-test-${serviceId}`), service_id: unknown ? null : serviceId }]);
    expect((await repairs.repair(id, 'r9', 'staff:1')).created).toBe(false);
  });

  it('of a service that lives with another thing is left to a person', async () => {
    const serviceId = await service('active', 'r1');
    const { jobId, taskId } = await repairs.repair(await finding(serviceId, 'orphan', 'elsewhere', 'r2'), 'r2', 'staff:1');
    expect([jobId, typeof taskId]).toEqual([null, 'string']);
    expect(terminations()).toEqual([]);
  });
});
