/** BullMQ alone: a workflow is a flow of nine jobs, each the parent of the one before it, and a root. */
import { createPostgresBackend, FlowProducer, Worker } from 'bullmq';
import IORedis from 'ioredis';
import { serve } from './loop.mjs';

const name = 'flows';
const { REDIS_URL: redisUrl, DATABASE_URL: connectionString } = process.env;
const connection = () => (redisUrl ? new IORedis(redisUrl, { maxRetriesPerRequest: null }) : { connectionString, max: 20, migrate: true });
const backend = redisUrl ? [] : [createPostgresBackend];

const waiting = new Map();
const producer = new FlowProducer({ connection: connection() }, ...backend);
const worker = new Worker(name, async () => {}, { connection: connection(), concurrency: 50 }, ...backend);
worker.on('completed', (job) => {
  if (job.name !== 'root') return;
  waiting.get(job.data.id)?.();
  waiting.delete(job.data.id);
});
await worker.waitUntilReady();

let serial = 0;
function flow() {
  const id = (serial += 1);
  const job = (jobName, children) => ({
    name: jobName,
    queueName: name,
    data: { id },
    opts: { removeOnComplete: true },
    ...(children ? { children } : {}),
  });
  let node = job('step0');
  for (let step = 1; step < 9; step += 1) node = job(`step${step}`, [node]);
  const ended = new Promise((resolve) => waiting.set(id, resolve));
  return producer.add(job('root', [node])).then(() => ended);
}
serve({ plain: flow }, async () => {
  await worker.close(true);
  await producer.close();
});
