import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { operation, PanelError } from '@hostwright/sdk';
import { EngineFixture } from './testing/engine-fixture.js';
import { refused, Things } from './testing/things.js';

interface Task {
  readonly job_id: string | null;
  readonly service_id: string | null;
  readonly server_id: string | null;
  readonly kind: string;
  readonly step_key: string;
  readonly title: string;
  readonly detail: string;
}

describe('a setting of a server that has to be mended', () => {
  let engine: EngineFixture;
  let things: Things;
  let wrong = true;

  beforeAll(async () => {
    engine = await EngineFixture.make();
    await engine.runner().start();
  });
  afterAll(() => engine.end());
  beforeEach(async () => {
    engine.reset();
    things = new Things();
    wrong = true;
    engine.named = { token: '"API token" of the server s' };
    await engine.pool.query('DELETE FROM operator_task; DELETE FROM outbox');
  });

  const tasks = async (): Promise<Task[]> =>
    (
      await engine.pool.query<Task>(
        `SELECT job_id, service_id, server_id, kind, step_key, title, detail FROM operator_task WHERE state = 'open' ORDER BY id`,
      )
    ).rows;
  const opened = async (): Promise<number> =>
    (await engine.pool.query(`SELECT 1 FROM outbox WHERE topic = 'operator_task.opened'`)).rowCount ?? 0;
  const asked = {
    job_id: null,
    service_id: null,
    kind: 'fix_settings',
    step_key: 'token',
    title: 'Mend the setting "API token" of the server s',
    detail: 'the token was refused. Whatever waits for it goes on by itself once this is mended.',
  };
  /** By service: the setting that its create asks for. */
  const fieldOf = new Map<string, string | undefined>();
  /** A create whose call is refused for as long as the setting is wrong. */
  const create = () =>
    operation({
      steps: ['make'],
      async run({ step, ctx, service }) {
        const field = fieldOf.get(service.id);
        await step('make', {
          ...things.step(`t${service.id}`, ctx.owner),
          run: async (claim: string) => {
            things.log.push('try');
            if (wrong) throw new PanelError('invalid_config', 'the token was refused', field === undefined ? {} : { field });
            await things.create(claim, ctx.owner);
            return { name: claim };
          },
        });
        return { remoteId: 'r' };
      },
    });
  const jobs = async (count: number, field: string | undefined): Promise<string[]> => {
    engine.modules = { provisioning: { create: create() } };
    const one = async (): Promise<string> => {
      const serviceId = await engine.service();
      fieldOf.set(serviceId, field);
      return engine.job('create', { serviceId });
    };
    const ids = await Promise.all(Array.from({ length: count }, one));
    for (const id of ids) await engine.when(async () => (await engine.view(id)).steps['site / make']?.error !== undefined);
    for (const id of ids) await engine.when(async () => (await engine.view(id)).steps['site / make']?.error !== null);
    return ids;
  };

  it('is asked of staff once, however many jobs wait for it, and is seen to when the last of them has gone on', async () => {
    const ids = await jobs(12, 'token');
    expect(await tasks()).toEqual([{ ...asked, server_id: engine.serverId }]);
    expect(await opened()).toBe(1);
    for (const id of ids) expect(await engine.view(id)).toMatchObject({ service: 'pending', tasks: [] });
    wrong = false;
    for (const id of ids) await engine.until(id, 'completed');
    await engine.when(async () => (await tasks()).length === 0, 'the task is seen to');
    const { rows } = await engine.pool.query(`SELECT resolved_by, resolution FROM operator_task`);
    expect(rows).toEqual([{ resolved_by: 'system', resolution: 'nothing waits for it any more' }]);
    expect(await opened()).toBe(1);
  });

  it('is no other thing that staff are asked about that server, for which no job waits', async () => {
    const other = { kind: 'trigger_failed', step_key: 'trigger:1:sub', title: 'sub is paid', detail: 'replay it' };
    await engine.pool.query('INSERT INTO operator_task (server_id, kind, step_key, title, detail) VALUES ($1, $2, $3, $4, $5)', [
      engine.serverId,
      ...Object.values(other),
    ]);
    const [id] = await jobs(1, 'token');
    expect(await tasks()).toHaveLength(2);
    wrong = false;
    await engine.until(id!, 'completed');
    await engine.when(async () => (await tasks()).length < 2, 'the setting is seen to');
    expect(await tasks()).toEqual([{ job_id: null, service_id: null, server_id: engine.serverId, ...other }]);
  });

  it('stays asked for while others wait for it, whatever becomes of the job that met it first', async () => {
    const ids = await jobs(3, 'token');
    await engine.operators.rollBack(ids[0]!, 'staff');
    await engine.until(ids[0]!, 'cancelled');
    // A sweep and more has passed.
    const tries = things.count('try');
    await engine.when(() => things.count('try') > tries + 4);
    expect(await tasks()).toHaveLength(1);
    expect(await opened()).toBe(1);
    for (const id of ids.slice(1)) await engine.operators.rollBack(id, 'staff');
    for (const id of ids.slice(1)) await engine.until(id, 'cancelled');
    await engine.when(async () => (await tasks()).length === 0, 'nobody waits for it any more');
  });

  it('is asked for once more when somebody has said that it is mended and it is not', async () => {
    const ids = await jobs(2, 'token');
    await engine.pool.query(`UPDATE operator_task SET state = 'resolved', resolved_by = 'staff'`);
    await engine.when(async () => (await tasks()).length === 1, 'it is asked for again');
    wrong = false;
    for (const id of ids) await engine.until(id, 'completed');
  });

  it('is another task than another setting of the same server', async () => {
    engine.named = { ...engine.named, url: '"Address" of the server s' };
    const first = await jobs(2, 'token');
    const second = await jobs(2, 'url');
    expect((await tasks()).map(({ step_key }) => step_key)).toEqual(['token', 'url']);
    // What the others wait for does not keep it open.
    for (const id of first) await engine.operators.rollBack(id, 'staff');
    for (const id of first) await engine.until(id, 'cancelled');
    await engine.when(async () => (await tasks()).length === 1, 'the first is seen to');
    expect((await tasks()).map(({ step_key }) => step_key)).toEqual(['url']);
    wrong = false;
    for (const id of second) await engine.until(id, 'completed');
  });

  it('is asked for by each job for itself where it is none of the server’s, such as one of the product', async () => {
    const ids = await jobs(2, 'plan');
    expect((await tasks()).map(({ job_id }) => job_id).sort()).toEqual([...ids].sort());
    expect((await tasks())[0]).toMatchObject({
      server_id: null,
      step_key: 'site / make',
      title: expect.stringContaining('server or product'),
    });
    wrong = false;
    for (const id of ids) expect(await engine.until(id, 'completed')).toMatchObject({ tasks: [] });
  });

  it('is asked for on the way back too', async () => {
    const refusing = () => {
      if (!wrong) return;
      things.stuck.push(refusing);
      throw new PanelError('invalid_config', 'the token was refused', { field: 'token' });
    };
    things.stuck = [refusing];
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['make', 'check'],
          async run({ step, ctx, service }) {
            await step('make', things.step(`t${service.id}`, ctx.owner));
            await step('check', { run: async () => refused('') });
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const id = await engine.job();
    await engine.when(async () => (await tasks()).length === 1);
    expect(await tasks()).toEqual([{ ...asked, server_id: engine.serverId }]);
    wrong = false;
    await engine.until(id, 'failed');
    await engine.when(async () => (await tasks()).every(({ kind }) => kind === 'failed'), 'the task is seen to');
    expect(things.made.size).toBe(0);
  });
});
