import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { absent, done, operation, pending, secret, type Json } from '@hostwright/sdk';
import { EngineFixture } from './testing/engine-fixture.js';

describe('what a job has that is secret', () => {
  let engine: EngineFixture;

  beforeAll(async () => {
    engine = await EngineFixture.make();
    await engine.runner().start();
  });
  afterAll(() => engine.end());
  beforeEach(() => engine.reset());

  it('is sealed in the journal, and wiped when the job has ended', async () => {
    let seen: Json | undefined;
    let journal = '';
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
                journal = String((rows[0] as { all: string }).all);
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
    expect(journal).not.toMatch(/s3cr3t-token|pa55word!/);
    expect(job.steps['site / choose']!.output).toEqual({ token: { $wiped: true } });
    expect(JSON.stringify(job.program)).toContain('$wiped');
    const { rows } = await engine.pool.query(
      `SELECT properties FROM service_component c JOIN provisioning_job p USING (service_id) WHERE p.id = $1`,
      [id],
    );
    expect(rows[0]).toEqual({ properties: { token: { $sealed: 'nekot-t3rc3s' } } });
  });

  it('is refused in a claim before anything is called', async () => {
    let runs = 0;
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['make'],
          async run({ step }) {
            await step('make', {
              claim: { token: { ...secret('s3cret-claim') } } as unknown as Json,
              find: async () => absent,
              run: async () => void (runs += 1),
            });
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const job = await engine.until(await engine.job(), 'needs_operator');
    expect(job.tasks).toEqual(['bug']);
    expect(runs).toBe(0);
    expect(JSON.stringify(job)).not.toMatch(/s3cret-claim|mialc-terc3s/);
  });

  it('is wiped in the handle of a task when the job has ended', async () => {
    const seen: unknown[] = [];
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['clone'],
          async run({ step }) {
            await step('clone', {
              claim: 'c',
              find: async () => absent,
              run: async () => ({ ticket: { ...secret('s3cret-ticket') } }),
              until: async (task) => {
                seen.push(task);
                return seen.length < 2 ? pending(undefined, 1) : done();
              },
            });
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const job = await engine.until(await engine.job(), 'completed');
    expect(seen).toEqual([{ ticket: { $secret: 's3cret-ticket' } }, { ticket: { $secret: 's3cret-ticket' } }]);
    expect(job.steps['site / clone']!.task).toEqual({ ticket: { $wiped: true } });
  });
});
