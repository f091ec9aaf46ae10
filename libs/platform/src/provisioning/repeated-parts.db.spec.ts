import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { absent, done, operation, PanelError, pending, type DnsOperationShape, type DnsRecord, type DnsRecordInput } from '@hostwright/sdk';
import { EngineFixture } from './testing/engine-fixture.js';

let engine: EngineFixture;
/** What the provider has. */
let made: string[] = [];
/** Nothing that is waited for comes before this is true. */
let open = true;

beforeAll(async () => {
  engine = await EngineFixture.make();
  await engine.runner().start();
});
afterAll(() => engine.end());
beforeEach(() => {
  engine.reset();
  made = [];
  open = true;
});

const ensureRecord = operation<DnsOperationShape<Record<never, never>, DnsRecordInput, DnsRecord>>({
  steps: ['make', 'wait'],
  async run({ input, step }) {
    await step('make', {
      strength: 'unique',
      claim: input.name,
      find: async (name) => (made.includes(name) ? done(name) : absent),
      run: async (name) => {
        made.push(name);
        return name;
      },
      undo: async (name) => void (made = made.filter((one) => one !== name)),
    });
    await step('wait', { until: async () => (open ? done() : pending()) });
    return { ...input, remoteId: input.name, zone: 'example' };
  },
});

const names = ['a.example', 'b.example', 'c.example'];
const publishing = (end: () => Promise<void>) =>
  operation({
    steps: ['publish', 'end'],
    async run({ ctx, step }) {
      await Promise.all(
        names.map((name) => step(['publish', name], ctx.dns.ensureRecord({ name, type: 'A', content: '192.0.2.1', ttl: 60 }))),
      );
      await step('end', { run: end });
      return { remoteId: 'r1' };
    },
  });

describe('an operation of another module that is called for each of several things', () => {
  it('has parts of its own for each, and goes on with them after a crash', async () => {
    engine.modules = { provisioning: { create: publishing(async () => undefined) }, dns: { ensureRecord } };
    open = false;
    const jobId = await engine.job();
    await engine.when(() => made.length === 3);
    await engine.crash(jobId);
    open = true;
    const { steps } = await engine.until(jobId, 'completed');
    expect(made.sort()).toEqual(names);
    expect(Object.keys(steps).sort()).toEqual([
      'site / end',
      ...names.flatMap((name) => [`site / publish / ${name}`, `site / publish / ${name} / make`, `site / publish / ${name} / wait`]),
    ]);
  });

  it('is undone for each', async () => {
    const create = publishing(() => Promise.reject(new PanelError('rejected', 'no')));
    engine.modules = { provisioning: { create }, dns: { ensureRecord } };
    await engine.until(await engine.job(), 'failed');
    expect(made).toEqual([]);
  });
});
