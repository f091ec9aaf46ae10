import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import type { FaultKind, RunningSandbox } from '@hostwright/sdk-testing';
import { Stage } from './support/stage.js';

/** The same seed makes the same choices; another can be tried with `CRASH_SEED=…`. */
const seed = Number(process.env['CRASH_SEED'] ?? 20261120);

function choices(from: number): (below: number) => number {
  let state = from >>> 0;
  return (below) => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const jobsAtOnce = 5;

/** What a provider may do to us besides answering. */
const answers: readonly (FaultKind | 'ok')[] = ['ok', 'ghost_success', 'lost_reply', 'error_before', 'error_after'];

/** Methods of the calls that change something, by what the panel asks of which provider. */
const changing = {
  create: { provisioning: ['POST', 'SSH'], dns: ['POST'], proxy: ['POST', 'PUT'] },
  terminate: { provisioning: ['POST', 'DELETE'], dns: ['DELETE'], proxy: ['DELETE'] },
};

describe.each(answers)('a worker killed at any moment, with a provider that answers: %s', (answer) => {
  jest.setTimeout(120_000);
  const choose = choices(seed + answers.indexOf(answer));
  let stage: Stage;

  beforeEach(async () => {
    stage = await Stage.open();
  });
  afterEach(() => stage?.close());

  const providers = (): RunningSandbox[] => stage.everyProvider();
  const calls = (): number => providers().reduce((sum, one) => sum + one.calls().length, 0);

  /** Arms one fault per provider, on a changing call that it will really get, somewhere ahead. */
  const arm = (phase: keyof typeof changing): void => {
    if (answer === 'ok') return;
    for (const [kind, methods] of Object.entries(changing[phase])) {
      const provider = stage.providers[kind as keyof typeof stage.providers];
      provider.fault({ kind: answer, method: methods[choose(methods.length)]!, after: choose(2), times: 1 });
    }
  };
  /** How many calls were answered with the fault. */
  const shown = (): number => providers().reduce((sum, one) => sum + one.calls().filter((call) => call.fault === answer).length, 0);

  /** Lets a worker process come as far as a number of calls to providers, kills it, and gives the work to another. */
  const killAfter = async (worker: ChildProcess, count: number, over: () => Promise<boolean>): Promise<void> => {
    const target = calls() + count;
    while (calls() < target && !(await over())) await new Promise((resolve) => setTimeout(resolve, 1));
    worker.kill('SIGKILL');
    await new Promise((resolve) => worker.once('exit', resolve));
  };

  const allOver = async (): Promise<boolean> => {
    const { rows } = await stage.db.pool.query<{ open: number }>(
      `SELECT count(*)::int AS open FROM provisioning_job WHERE finished_at IS NULL`,
    );
    return rows[0]!.open === 0;
  };

  it('loses, doubles and orphans nothing, and gets stuck nowhere', async () => {
    arm('create');
    const orders = await Promise.all(Array.from({ length: jobsAtOnce }, () => stage.order()));
    const kills = [5 + choose(60), 5 + choose(80)];
    for (const kill of kills) await killAfter(await stage.startWorker(), kill, allOver);
    await stage.startWorker();
    for (const order of orders) await stage.until(order.jobId, ['completed'], 60_000);
    expect(stage.flaws(jobsAtOnce)).toEqual([]);

    const shownInCreate = shown();
    arm('terminate');
    const ends = await Promise.all(orders.map((order) => stage.terminate(order.serviceId)));
    await killAfter(await stage.startWorker(), 5 + choose(40), allOver);
    await stage.startWorker();
    for (const end of ends) await stage.until(end.jobId, ['completed'], 60_000);
    expect(stage.ledger()).toEqual([]);
    // A fault that nobody met would prove nothing.
    if (answer !== 'ok') expect([shownInCreate, shown() - shownInCreate]).toEqual([3, 3]);
    expect(stage.flaws(0)).toEqual([]);
    const { rows } = await stage.db.pool
      .query(`SELECT (SELECT count(*)::int FROM operator_task WHERE state = 'open') AS tasks, (SELECT count(*)::int FROM permit_slot WHERE job_id IS NOT NULL) AS permits,
      (SELECT count(*)::int FROM reservation WHERE free_at IS NULL) AS reserved, (SELECT count(*)::int FROM service WHERE state <> 'terminated') AS services`);
    expect(rows).toEqual([{ tasks: 0, permits: 0, reserved: 0, services: 0 }]);
  });
});
