import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { absent, done, failed, operation, PanelError, pending, secret, type Json } from '@hostwright/sdk';
import { EngineFixture } from './testing/engine-fixture.js';

/** A provider that keeps things by name, as unique as its caller's claim, and misbehaves on request. */
class Things {
  readonly made = new Map<string, string>();
  readonly log: string[] = [];
  faults: ((name: string) => void)[] = [];

  create(name: string, owner: string): void {
    this.log.push(`create ${name}`);
    const fault = this.faults.shift();
    if (fault) return fault(name);
    this.put(name, owner);
  }
  put(name: string, owner: string): void {
    if (this.made.has(name)) throw new PanelError('conflict', `${name} exists`);
    this.made.set(name, owner);
  }
  find(name: string, owner: string): 'absent' | 'ours' {
    const holder = this.made.get(name);
    if (holder === undefined) return 'absent';
    if (holder !== owner) throw new PanelError('not_owned', `${name} belongs to somebody else`);
    return 'ours';
  }
  remove(name: string): void {
    this.log.push(`remove ${name}`);
    this.made.delete(name);
  }
}

const lost = () => new PanelError('unknown_outcome', 'no answer');

describe('the engine', () => {
  let engine: EngineFixture;
  let things: Things;

  beforeAll(async () => {
    engine = await EngineFixture.make();
    const runner = engine.runner();
    await runner.start();
  });
  afterAll(() => engine.end());
  beforeEach(() => {
    things = new Things();
    engine.modules = {};
    engine.permits = {};
    engine.version = '1.0.0';
  });

  const thing = (name: string, owner: string) => ({
    strength: 'unique' as const,
    claim: name,
    find: async (claim: string) => (things.find(claim, owner) === 'ours' ? done({ name: claim }) : absent),
    run: async (claim: string) => {
      things.create(claim, owner);
      return { name: claim };
    },
    undo: async (made: { name: string }) => things.remove(made.name),
  });

  /** A create of two things, one after the other. */
  const twoThings = (last?: () => void) =>
    operation({
      steps: ['make a', 'make b', 'check'],
      async run({ step, ctx, service }) {
        await step('make a', thing(`a${(service as { id: string }).id}`, ctx.owner));
        await step('make b', thing(`b${(service as { id: string }).id}`, ctx.owner));
        await step('check', {
          run: async () => {
            last?.();
            return undefined;
          },
        });
        return { remoteId: 'r1' };
      },
    });

  it('runs the steps once, in order, and says so in the progress list', async () => {
    engine.modules = { provisioning: { create: twoThings() } };
    const job = await engine.until(await engine.job(), 'completed');
    expect(things.log).toHaveLength(2);
    expect(job.service).toBe('active');
    expect(job.events).toEqual([
      'progress make a: started 0',
      'progress make a: done 33',
      'progress make b: started 33',
      'progress make b: done 66',
      'progress check: done 100',
      'complete create: done 100',
    ]);
    expect(job.event_count).toBe(6);
  });

  it('looks before it calls again when the answer was lost, and adopts what is there', async () => {
    engine.modules = { provisioning: { create: twoThings() } };
    things.faults = [
      (name) => {
        things.made.set(name, `hw-test-${name.slice(1)}`);
        throw lost();
      },
    ];
    const job = await engine.until(await engine.job(), 'completed');
    expect(things.log.filter((line) => line.startsWith('create a'))).toHaveLength(1);
    expect(job.steps['site / make a']).toMatchObject({ state: 'done', unknown: true });
  });

  it('calls again when the lost call had done nothing', async () => {
    engine.modules = { provisioning: { create: twoThings() } };
    things.faults = [
      () => {
        throw lost();
      },
    ];
    await engine.until(await engine.job(), 'completed');
    expect(things.log.filter((line) => line.startsWith('create a'))).toHaveLength(2);
    expect(things.made.size).toBe(2);
  });

  it('undoes in reverse order of completion after a final error, and frees nothing it may still hold', async () => {
    engine.modules = {
      provisioning: {
        create: twoThings(() => {
          throw new PanelError('rejected', 'the provider said no');
        }),
      },
    };
    const job = await engine.until(await engine.job(), 'failed');
    expect(things.log.map((line) => line.slice(0, 8))).toEqual(['create a', 'create b', 'remove b', 'remove a']);
    expect(things.made.size).toBe(0);
    expect(job.tasks).toEqual(['failed']);
    expect(job.service).toBe('pending');
    expect(job.events.at(-1)).toContain('the provider said no');
  });

  it('undoes what turns up late after a roll-back', async () => {
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['make a'],
          async run({ step, ctx }) {
            await step('make a', thing('late', ctx.owner));
            return { remoteId: 'r' };
          },
        }),
      },
    };
    things.faults = [1, 2, 3].map(() => () => {
      throw lost();
    });
    const id = await engine.job();
    const job = await engine.until(id, 'failed');
    expect(job.phase).toBe('looking');
    things.made.set(
      'late',
      `hw-test-${(await engine.pool.query<{ s: string }>('SELECT service_id AS s FROM provisioning_job WHERE id = $1', [id])).rows[0]!.s}`,
    );
    for (let tries = 0; tries < 500 && (await engine.view(id)).phase !== 'ended'; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await engine.view(id)).phase).toBe('ended');
    expect(things.made.size).toBe(0);
  });

  it('never touches what belongs to somebody else, and asks a person', async () => {
    engine.modules = { provisioning: { create: twoThings() } };
    const serviceId = await engine.service();
    things.made.set(`a${serviceId}`, 'hw-test-stranger');
    const job = await engine.until(await engine.job('create', { serviceId }), 'needs_operator');
    expect(job.tasks).toEqual(['not_owned']);
    expect(things.log).toEqual([]);
  });

  it('stops for a person, undoing nothing, when the extension fails in a way nobody planned for', async () => {
    engine.modules = {
      provisioning: {
        create: twoThings(() => {
          throw new TypeError('secret-token is not a function');
        }),
      },
    };
    const job = await engine.until(await engine.job(), 'needs_operator');
    expect(job.tasks).toEqual(['bug']);
    expect(things.made.size).toBe(2);
    expect(JSON.stringify(job)).not.toContain('secret-token');
  });

  it('waits in the database, not in the worker, and lets no catch mistake a wait for a failure', async () => {
    let polls = 0;
    let caught = 0;
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['start'],
          async run({ step }) {
            try {
              await step('start', {
                claim: 'x',
                find: async () => absent,
                run: async () => 'task-1',
                until: async (task) => (++polls < 4 ? pending(task, 5) : done({ task })),
              });
            } catch {
              caught += 1;
            }
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const job = await engine.until(await engine.job(), 'completed');
    expect(polls).toBe(4);
    expect(caught).toBe(0);
    expect(job.steps['site / start']!.output).toEqual({ task: 'task-1' });
  });

  it('settles what is under way before it undoes', async () => {
    let polls = 0;
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['slow', 'wrong'],
          async run({ step }) {
            await Promise.all([
              step('slow', {
                claim: 'slow',
                find: async () => absent,
                run: async () => 'task',
                until: async () => (++polls < 5 ? pending() : done('made')),
                undo: async (made) => {
                  things.log.push(`undo ${String(made)} after ${polls}`);
                },
              }),
              step('wrong', {
                run: async () => {
                  while (polls === 0) await new Promise((resolve) => setTimeout(resolve, 5));
                  throw new PanelError('rejected', 'no');
                },
              }),
            ]);
            return { remoteId: 'r' };
          },
        }),
      },
    };
    await engine.until(await engine.job(), 'failed');
    expect(things.log).toEqual(['undo made after 5']);
  });

  it('parks while the provider is away, without counting, and goes on by itself', async () => {
    engine.modules = { provisioning: { create: twoThings() } };
    things.faults = Array.from({ length: 8 }, () => () => {
      throw new PanelError('unavailable', 'refused', { retryAfterMs: 10 });
    });
    const job = await engine.until(await engine.job(), 'completed');
    expect(job.steps['site / make a']).toMatchObject({ state: 'done', attempts: 0, unknown: false });
  });

  it('asks for the settings to be mended, keeps what there is, and goes on by itself afterwards', async () => {
    engine.modules = { provisioning: { create: twoThings() } };
    let wrong = true;
    const refuse = () => {
      if (wrong) {
        things.faults.push(refuse);
        throw new PanelError('invalid_config', 'the token was refused');
      }
      throw new PanelError('unavailable', 'once more');
    };
    things.faults = [refuse];
    const id = await engine.job();
    for (let tries = 0; tries < 300 && (await engine.view(id)).tasks.length === 0; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect((await engine.view(id)).tasks).toEqual(['fix_settings']);
    wrong = false;
    const job = await engine.until(id, 'completed');
    expect(job.tasks).toEqual([]);
  });

  it('runs another module as a step: its parts are journaled, and undone with the rest', async () => {
    engine.modules = {
      dns: {
        ensureRecord: operation({
          steps: ['create record'],
          async run({ step, ctx, ...rest }) {
            const { name } = (rest as unknown as { input: { name: string } }).input;
            await step('create record', thing(name, ctx.owner));
            return { remoteId: 'rec-1', name };
          },
        }),
      },
      provisioning: {
        create: operation({
          steps: ['publish DNS', 'check'],
          async run({ step, ctx }) {
            const record = await step(
              'publish DNS',
              ctx.dns.ensureRecord({ name: 'x.example.com', type: 'A', content: '192.0.2.1', ttl: 300 }),
            );
            await step('check', {
              run: async () => {
                throw new PanelError('rejected', record.remoteId);
              },
            });
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const job = await engine.until(await engine.job(), 'failed');
    expect(things.log).toEqual(['create x.example.com', 'remove x.example.com']);
    expect(job.steps['site / publish DNS / create record']!.state).toBe('undone');
    expect(job.steps['site / publish DNS']!.state).toBe('undone');
    expect(job.failure!.message).toBe('rec-1');
  });

  it('keeps the parts of a repeated step apart, and undoes those of each', async () => {
    const names = ['shop.example', 'www.shop.example'];
    engine.modules = {
      dns: {
        ensureRecord: operation({
          steps: ['create record'],
          async run({ step, ctx, ...rest }) {
            const { name } = (rest as unknown as { input: { name: string } }).input;
            await step('create record', thing(name, ctx.owner));
            return { remoteId: `record of ${name}` };
          },
        }),
      },
      provisioning: {
        create: operation({
          steps: ['publish DNS', 'check'],
          async run({ step, ctx }) {
            const made: string[] = [];
            for (const name of names) {
              const record = { name, type: 'A', content: '192.0.2.1', ttl: 300 } as const;
              made.push((await step(['publish DNS', name], ctx.dns.ensureRecord(record))).remoteId);
            }
            await step('check', { run: () => Promise.reject(new PanelError('rejected', made.join())) });
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const job = await engine.until(await engine.job(), 'failed');
    expect(job.failure!.message).toBe(names.map((name) => `record of ${name}`).join());
    expect(things.log).toEqual([...names.map((name) => `create ${name}`), ...names.toReversed().map((name) => `remove ${name}`)]);
    for (const name of names) expect(job.steps[`site / publish DNS / ${name} / create record`]!.state).toBe('undone');
  });

  it('refuses steps that are not declared, called twice, or nested', async () => {
    const bad = [
      operation({ steps: ['a'], run: async ({ step }) => step('b' as 'a', { run: async () => 1 }) as never }),
      operation({
        steps: ['a'],
        async run({ step }) {
          await step('a', { run: async () => 1 });
          await step('a', { run: async () => 1 });
          return undefined as never;
        },
      }),
      operation({ steps: ['a', 'b'], run: async ({ step }) => step('a', { run: async () => step('b', { run: async () => 1 }) }) as never }),
    ];
    for (const create of bad) {
      engine.modules = { provisioning: { create } };
      expect((await engine.until(await engine.job(), 'needs_operator')).tasks).toEqual(['bug']);
    }
  });

  it('seals secrets in the journal and wipes them when the job has ended', async () => {
    let seen: Json | undefined;
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['choose', 'use'],
          async run({ step, ...rest }) {
            const { reserved } = rest as unknown as { reserved: { password: { $secret: string } } };
            const made = await step('choose', {
              claim: 'c',
              find: async () => absent,
              run: async () => ({ token: secret('s3cr3t-token') }),
            });
            await step('use', {
              run: async () => {
                seen = [made.token.$secret, reserved.password.$secret];
                const { rows } = await engine.pool.query(
                  `SELECT output::text || (SELECT program::text FROM provisioning_job WHERE id = job_id) AS all FROM provisioning_step WHERE key = 'site / choose' ORDER BY job_id DESC LIMIT 1`,
                );
                things.log.push(String((rows[0] as { all: string }).all));
                return undefined;
              },
            });
            return { remoteId: 'r', token: made.token };
          },
        }),
      },
    };
    const id = await engine.job('create', { reserved: { password: secret('pa55word!') as unknown as Json } });
    const job = await engine.until(id, 'completed');
    expect(seen).toEqual(['s3cr3t-token', 'pa55word!']);
    expect(things.log[0]).not.toMatch(/s3cr3t-token|pa55word!/);
    expect(job.steps['site / choose']!.output).toEqual({ token: { $wiped: true } });
    expect(JSON.stringify(job.program)).toContain('$wiped');
    const { rows } = await engine.pool.query(
      `SELECT properties FROM service_component c JOIN provisioning_job p USING (service_id) WHERE p.id = $1`,
      [id],
    );
    expect(rows[0]).toEqual({ properties: { token: { $sealed: 'nekot-t3rc3s' } } });
  });

  it('fails a step whose task ended badly', async () => {
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['task'],
          async run({ step }) {
            await step('task', {
              claim: 'x',
              find: async () => absent,
              run: async () => 't',
              until: async () => failed(new PanelError('rejected', 'storage is full')),
            });
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const job = await engine.until(await engine.job(), 'failed');
    expect(job.failure).toEqual({ code: 'rejected', message: 'storage is full' });
  });

  it('lets nothing of a worker through that has lost its lease', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let runs = 0;
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['slow'],
          async run({ step, ctx }) {
            await step('slow', {
              ...thing('fenced', ctx.owner),
              run: async (claim) => {
                if (++runs === 1) await held;
                if (runs > 1 && things.made.has(claim)) throw new PanelError('conflict', 'exists');
                things.create(claim, ctx.owner);
                return { name: claim };
              },
            });
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const id = await engine.job();
    while (runs === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    // As if the worker had been paused for longer than its lease.
    await engine.pool.query(`UPDATE provisioning_job SET worker_id = NULL, fence = fence + 1, wake_at = now() WHERE id = $1`, [id]);
    const job = await engine.until(id, 'completed');
    release();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(job.steps['site / slow']!.state).toBe('done');
    expect((await engine.view(id)).event_count).toBe(job.event_count);
  });

  it('goes on with the rest of the job while one call takes its time', async () => {
    let slowEnded = false;
    let polls = 0;
    let restEndedFirst = false;
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['slow', 'wait', 'after'],
          async run({ step }) {
            await Promise.all([
              step('slow', {
                run: async () => {
                  await new Promise((resolve) => setTimeout(resolve, 600));
                  slowEnded = true;
                  return undefined;
                },
              }),
              (async () => {
                await step('wait', { until: async () => (++polls < 4 ? pending() : done()) });
                await step('after', {
                  run: async () => {
                    restEndedFirst = !slowEnded;
                    return undefined;
                  },
                });
              })(),
            ]);
            return { remoteId: 'r' };
          },
        }),
      },
    };
    await engine.until(await engine.job(), 'completed');
    expect(polls).toBe(4);
    expect(restEndedFirst).toBe(true);
  });
});
