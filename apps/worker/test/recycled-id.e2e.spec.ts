import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { JsonObject } from '@hostwright/sdk';
import { Stage } from './support/stage.js';

const vmid = 900;
const backup = 'BAK25112026-1';

/** What is asked for a site whose id belongs to somebody else by now. */
const operations: readonly (readonly [name: string, input: JsonObject])[] = [
  ['suspend', {}],
  ['changePackage', {}],
  ['stop', {}],
  ['start', {}],
  ['restart', {}],
  ['reset', {}],
  ['createBackup', {}],
  ['rollBackup', { backup }],
  ['deleteBackup', { backup }],
  ['terminate', {}],
];

describe("a container id that is another customer's by now", () => {
  jest.setTimeout(60_000);
  let stage: Stage;
  let serviceId: string;
  let stranger: unknown;

  const container = (): unknown =>
    stage.providers.provisioning.ledger().filter(({ kind, id }) => kind === 'container' || id.startsWith(`${vmid}/`));
  /** Calls that change something, or were meant to, of that id. */
  const touches = (): string[] =>
    stage.providers.provisioning
      .calls()
      .filter(({ method, path }) => method !== 'GET' && new RegExp(`[/:]${vmid}(/|$)`).test(path))
      .map(({ method, path }) => `${method} ${path}`);
  const ask = async (name: string, input: JsonObject): Promise<string> => {
    const { desk } = stage.provisioning;
    if (name === 'changePackage') return (await desk.changePackage(serviceId, 'wordpress-standard', 'test')).jobId;
    if (name === 'suspend' || name === 'terminate') return (await desk.request(serviceId, name, 'test')).jobId;
    return (await desk.act({ serviceId, name, input, requestedBy: 'test', byCustomer: true })).jobId;
  };

  beforeAll(async () => {
    stage = await Stage.open();
    await stage.startLoop();
    const placed = await stage.order();
    serviceId = placed.serviceId;
    await stage.until(placed.jobId, ['completed']);
    // Ours was destroyed at the provider, and somebody else's panel has taken the id.
    await stage.control('provisioning', '/dropped-resources', { vmid });
    await stage.control('provisioning', '/strangers', {
      vmid,
      address: '192.168.1.250',
      owner: 'hw-other-7',
      snapshots: ['initial', backup],
    });
    stranger = container();
  });
  afterAll(() => stage?.close());

  let before: string[];
  beforeEach(() => {
    before = touches();
  });

  it('is never taken for ours by what the panel says of the service', async () => {
    expect(await stage.provisioning.inspector.inspect(serviceId)).toMatchObject([{ inspection: { state: 'missing' } }]);
  });

  it.each(operations)('is left alone by %s, which becomes a task for staff', async (name, input) => {
    const jobId = await ask(name, input);
    await stage.until(jobId, ['needs_operator', 'failed', 'completed']);
    const { rows } = await stage.db.pool.query(
      `SELECT p.state, t.kind FROM provisioning_job p LEFT JOIN operator_task t ON t.job_id = p.id AND t.state = 'open' WHERE p.id = $1`,
      [jobId],
    );
    expect(rows).toEqual([{ state: 'needs_operator', kind: 'not_owned' }]);
    expect(container()).toEqual(stranger);
    expect(touches()).toEqual(before);
    await stage.provisioning.operators.markResolved(jobId, 'it is somebody else’s', 'staff');
    expect(container()).toEqual(stranger);
  });
});
