import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { done, pending } from '@hostwright/sdk';
import { bundle, order, played } from './testing/bundle.js';
import { EngineFixture } from './testing/engine-fixture.js';

let engine: EngineFixture;
beforeAll(async () => {
  engine = await EngineFixture.make();
  await bundle(engine, 'certificate', [{ name: 'certificate', extension: 'authority' }]);
  await engine.runner().start();
});
afterAll(() => engine.end());

it('whoever watches is told once what he has to do himself, all of it, while it is waited for', async () => {
  const records = Array.from({ length: 100 }, (_, at) => `_acme-challenge.shop-${at}.customer.example.com TXT ${'x'.repeat(43)}`);
  let looks = 0;
  engine.others = {
    authority: played({
      steps: ['await records'],
      async create({ step }) {
        await step('await records', {
          says: `Add these records to your DNS: ${records.join('; ')}`,
          until: async () => ((looks += 1) > 3 ? done() : pending(undefined, 1)),
        });
        return { remoteId: 'r1' };
      },
    }),
  };
  const { jobId } = await order(engine, 'certificate');
  await engine.until(jobId, 'completed');
  const { rows } = await engine.pool.query<{ message: string }>(
    `SELECT message FROM provisioning_event WHERE job_id = $1 ORDER BY number`,
    [jobId],
  );
  const told = rows.filter(({ message }) => message.includes('Add these records'));
  expect(told).toHaveLength(1);
  for (const record of records) expect(told[0]!.message).toContain(record);
});
