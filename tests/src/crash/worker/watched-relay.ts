import { Doorbell, type QueueName } from '@hostwright/core';
import { OutboxRelay, operatorTaskMail, operatorTaskOpened, type Logger } from '@hostwright/platform';
import type pg from 'pg';
import { outbox } from '../crash-run.js';
import type { Watch } from './watch.js';

const everyMs = 100;

/** The relay of events as the worker app runs it, with boundaries around its transaction. */
export function startWatchedRelay(pool: pg.Pool, watch: Watch, logger: Logger): void {
  /** Jobs of which there are events in the transaction under way. */
  let jobs: readonly string[] = [];
  const pass = async (boundary: string): Promise<void> => {
    await Promise.all(jobs.map((jobId) => watch.pass(jobId, outbox, boundary)));
  };
  const watched = {
    async connect() {
      const client = await pool.connect();
      const query = async (text: string, values?: unknown[]): Promise<unknown> => {
        if (text === 'COMMIT') await pass('before commit');
        const result = await client.query(text, values);
        if (text === 'COMMIT') await pass('after commit');
        if (text.startsWith('DELETE FROM outbox')) {
          jobs = jobsOf(result.rows as { payload: { jobId?: string } }[]);
          await pass('after taking the events');
        }
        return result;
      };
      return {
        query,
        on: (event: 'error', listener: (error: Error) => void) => client.on(event, listener),
        off: (event: 'error', listener: (error: Error) => void) => client.off(event, listener),
        release: (error?: Error) => client.release(error),
      };
    },
  } as unknown as pg.Pool;
  const doorbell = {
    ring: (_queue: QueueName) => pass('after ring'),
  } as Doorbell;
  const consumers = { [operatorTaskOpened]: operatorTaskMail('support@example.com', 'http://panel.example.com') };
  const relay = new OutboxRelay(watched, consumers, doorbell, { error: (message) => logger.error(message) });
  const look = async (): Promise<void> => {
    try {
      const { rows } = await pool.query<{ payload: { jobId?: string } }>(`SELECT payload FROM outbox ORDER BY id LIMIT 100`);
      jobs = jobsOf(rows);
      if (rows.length > 0) {
        await pass('before taking the events');
        await relay.run();
      }
    } catch (error) {
      logger.warn({ reason: String(error) }, 'events could not be relayed');
    }
    setTimeout(() => void look(), everyMs);
  };
  void look();
}

function jobsOf(rows: readonly { readonly payload: { readonly jobId?: string } }[]): string[] {
  return [...new Set(rows.flatMap(({ payload }) => (payload.jobId === undefined ? [] : [payload.jobId])))];
}
