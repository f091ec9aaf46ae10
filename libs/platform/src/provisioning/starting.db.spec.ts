import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { operation } from '@hostwright/sdk';
import { PgJournal } from './pg-journal.js';
import { EngineFixture } from './testing/engine-fixture.js';
import { Things } from './testing/things.js';

const owner = 'hw-test-tidy';

describe('a job that a worker asks for itself', () => {
  let engine: EngineFixture;

  beforeAll(async () => {
    engine = await EngineFixture.make();
  });
  afterAll(() => engine.end());
  beforeEach(() => engine.reset());

  it('begins at once, without a claim, and is journaled like any other', async () => {
    const things = new Things();
    engine.modules = {
      provisioning: {
        tidy: operation({
          steps: ['make thing'],
          async run({ step }) {
            await step('make thing', things.step('tidy-1', owner));
          },
        }),
      },
    };
    const runner = engine.runner();
    await runner.start();
    const jobId = await runner.begin({ operation: 'tidy', program: engine.program(owner, ['make thing']), requestedBy: 'test' });
    const job = await engine.until(jobId, 'completed');
    expect(job).toMatchObject({ fence: 1, serviceId: null });
    expect(job.events).toEqual([
      'progress tidy: accepted 0',
      'progress make thing: started 0',
      'progress make thing: done 100',
      'complete tidy: done 100',
    ]);
    expect([...things.made]).toEqual([['tidy-1', owner]]);
  });

  it('is left to others when the lease of the worker has run out meanwhile', async () => {
    engine.modules = { provisioning: { tidy: operation({ steps: [], run: async () => undefined }) } };
    const journal = new PgJournal(engine.pool);
    const gone = await journal.register('gone', 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const job = await journal.start(gone, { operation: 'tidy', program: engine.program(owner, []), requestedBy: 'test' });
    expect(job).toMatchObject({ state: 'pending', fence: 0 });
    await engine.runner().start();
    await engine.until(job.id, 'completed');
  });

  it('goes on elsewhere after a crash of who began it', async () => {
    const things = new Things();
    let hangs = true;
    engine.modules = {
      provisioning: {
        tidy: operation({
          steps: ['make thing', 'wait'],
          async run({ step }) {
            await step('make thing', things.step('tidy-2', owner));
            await step('wait', { run: () => (hangs ? new Promise<void>(() => undefined) : Promise.resolve()) });
          },
        }),
      },
    };
    const runner = engine.runner();
    await runner.start();
    const jobId = await runner.begin({ operation: 'tidy', program: engine.program(owner, ['make thing', 'wait']), requestedBy: 'test' });
    await engine.when(async () => (await engine.view(jobId)).steps['site / make thing']?.state === 'done');
    hangs = false;
    await engine.crash(jobId);
    const job = await engine.until(jobId, 'completed');
    expect(job.events.map((line) => line.replace(/ \d+$/, ''))).toEqual([
      'progress tidy: accepted',
      'progress make thing: started',
      'progress make thing: done',
      'progress wait: done',
      'complete tidy: done',
    ]);
    expect(things.count('create')).toBe(1);
  });
});
