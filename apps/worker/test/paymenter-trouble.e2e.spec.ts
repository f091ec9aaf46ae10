import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { PaymenterPanel } from './support/paymenter-panel.js';

const order = { service_id: '12345', email: 'customer@example.com', plan: 'basic', public_ip: '203.0.113.20' };
const site = { service_id: order.service_id };
const vmid = 900;
const done = { status: 200, json: { success: true } };

describe('a site that something else is at work on, or that the panel may not see', () => {
  jest.setTimeout(60_000);
  let panel: PaymenterPanel;
  beforeAll(async () => {
    panel = await PaymenterPanel.open();
    await panel.post('/create-site', order);
    await panel.untilStatus(order.service_id, 'running');
    await panel.atRest();
  });
  afterAll(() => panel?.close());

  const lock = (name?: string) => panel.stage.control('provisioning', '/lock', { vmid, ...(name === undefined ? {} : { lock: name }) });
  const taskCount = async () => Number((await panel.stage.stats('provisioning'))['tasksStarted']);
  const newest = <T>(column: string) => panel.one<T>(`SELECT ${column} FROM provisioning_job ORDER BY id DESC LIMIT 1`);
  /** Asks for something while the container is locked, and unlocks it once the panel has long been waiting. */
  const whileLocked = async (name: string, path: string) => {
    const begun = await taskCount();
    const before = await newest<string>('id');
    await lock(name);
    const asked = panel.post(path, site);
    await panel.until(`${path} waits for the lock`, async () => {
      const [id, state] = [await newest<string>('id'), await newest<string>('state')];
      const waited = await panel.one<boolean>(
        `SELECT bool_or(t.error ->> 'message' LIKE '%is locked (${name})%' AND t.polls > 12) FROM provisioning_step t WHERE job_id = $1`,
        [id],
      );
      return (id !== before && state === 'waiting' && waited) || undefined;
    });
    expect(await taskCount()).toBe(begun);
    await lock();
    return asked;
  };

  it.each([
    ['backup', '/action/stop'],
    ['backup', '/action/start'],
    ['migrate', '/action/restart'],
    ['backup', '/action/mkbak'],
    ['snapshot', '/action/reset'],
  ])('waits for the end of a %s before %s, which then succeeds', async (name, path) => {
    expect(await whileLocked(name, path)).toMatchObject(done);
    expect(await newest('state')).toBe('completed');
    expect(await panel.tasks()).toEqual([]);
  });

  it.each([
    ['vzsnapshot', '/action/mkbak'],
    ['vzrollback', '/action/reset'],
  ])('is not given up when each of five tasks (%s) meets a lock that came just before it', async (type, path) => {
    for (let times = 0; times < 5; times += 1)
      await panel.stage.control('provisioning', '/tasks', { type, exitstatus: 'CT is locked (backup)', applied: false });
    expect(await panel.post(path, site)).toMatchObject(done);
    expect(await newest('state')).toBe('completed');
    expect(await panel.tasks()).toEqual([]);
  });

  it('is not said to have ended while the panel may not see it, and ends once it may and nothing is at work on it', async () => {
    await panel.stage.control('provisioning', '/rights', { path: `/vms/${vmid}`, privileges: [] });
    expect(await panel.call('GET', `/status?service_id=${order.service_id}`)).toMatchObject({ json: { success: false } });
    expect(await panel.post('/delete-site', site)).toMatchObject(done);
    await panel.until('staff are told', async () => ((await panel.tasks()).length > 0 ? true : undefined));
    for (const task of await panel.tasks())
      expect(task).toMatchObject({ kind: 'fix_settings', detail: expect.stringMatching(/may not see guest 900.*VM\.Audit/) });
    expect(['waiting', 'in_progress']).toContain(await newest('state'));
    expect(panel.stage.ledger()).toContain(`container ${vmid}`);
    expect(await panel.one(`SELECT count(*)::int FROM reservation WHERE free_at IS NOT NULL`)).toBe(0);
    await lock('backup');
    await panel.stage.control('provisioning', '/rights', { path: `/vms/${vmid}` });
    const begun = await taskCount();
    await panel.until('it waits for the lock', async () =>
      (await panel.one<boolean>(`SELECT bool_or(error ->> 'message' LIKE '%is locked (backup)%') FROM provisioning_step`))
        ? true
        : undefined,
    );
    expect(await taskCount()).toBe(begun);
    await lock();
    await panel.atRest();
    expect(await newest('state')).toBe('completed');
    expect(panel.stage.ledger()).toEqual([]);
    await panel.until('nobody is asked any more', async () => ((await panel.tasks()).length === 0 ? true : undefined));
    for (const provider of panel.stage.everyProvider()) expect(provider.violations()).toEqual([]);
  });
});
