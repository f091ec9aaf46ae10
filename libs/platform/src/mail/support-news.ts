import type pg from 'pg';
import { addTasks } from '../queue/index.js';
import { idIn } from './mail-message.js';

/** What support was not told one by one. */
export interface HeldBack {
  readonly title: string;
  readonly detail: string;
  /** It waits for nobody. */
  readonly isDelivery: boolean;
}

export const supportDigestKind = 'support-digest';
/** One by one within an interval; more come together at its end, so that a provider's bad night is a handful of mails. */
export const singlesPerInterval = 10;
/** Of these at most so many tell of deliveries, so that what needs a person is never held back by what went well. */
export const deliveriesPerInterval = 5;
const intervalMinutes = 15;
/** Named in a digest; it counts the rest. */
export const mostInDigest = 50;

/** Decides what support is told one by one, and gathers the rest. */
export class SupportNews {
  constructor(private readonly pool: pg.Pool) {}

  /** Whether a job has left an operator task, so that it is told of with that. */
  async hasTask(jobId: string): Promise<boolean> {
    const { rowCount } = await this.pool.query(`SELECT 1 FROM operator_task WHERE job_id = $1 LIMIT 1`, [jobId]);
    return rowCount !== 0;
  }

  /** Whether somebody has seen to an operator task by now. */
  async isSeenTo(taskId: string): Promise<boolean> {
    const { rowCount } = await this.pool.query(`SELECT 1 FROM operator_task WHERE id = ${idIn('$1::text')} AND state = 'resolved'`, [
      taskId,
    ]);
    return rowCount !== 0;
  }

  /** True when one more may be sent by itself now, which is so for the first `most` of an interval. When not, there is a task for the digest it will be in. */
  async mayTellNow(most = singlesPerInterval): Promise<boolean> {
    const { rows } = await this.pool.query<{ granted: boolean; since: string; restMs: number }>(
      `WITH was AS (SELECT since, taken, since < now() - $1 * interval '1 minute' AS over FROM support_mail_allowance FOR UPDATE),
         due AS (SELECT CASE WHEN over THEN now() ELSE since END AS since, CASE WHEN over THEN 0 ELSE taken END AS taken FROM was)
       UPDATE support_mail_allowance a SET since = due.since, taken = CASE WHEN due.taken < $2 THEN due.taken + 1 ELSE due.taken END
       FROM due RETURNING due.taken < $2 AS granted, floor(extract(epoch FROM a.since))::bigint AS since,
         greatest(0, extract(epoch FROM a.since - now()) * 1000 + $1 * 60000)::float8 AS "restMs"`,
      [intervalMinutes, most],
    );
    const [{ granted, since, restMs }] = rows as [(typeof rows)[number]];
    if (granted) return true;
    await addTasks(this.pool, [
      {
        queue: 'emails',
        kind: supportDigestKind,
        uniqueKey: `${supportDigestKind}:${since}`,
        payload: { since },
        waitMs: restMs + slackMs,
      },
    ]);
    return false;
  }

  /**
   * Everything that was held back and is in no digest yet, from now on in this one; once more the same for the same digest. What was seen to
   * by now is left out.
   */
  async gather(digestTaskId: string): Promise<readonly HeldBack[]> {
    const { rows } = await this.pool.query<HeldBack>(
      `WITH mine AS (
         UPDATE queue_task SET result = result || jsonb_build_object('digest', $1::text)
         WHERE queue = 'emails' AND kind IN ('tell-support', 'tell-delivery') AND state = 'done' AND result ->> 'heldBack' = 'true'
           AND NOT result ? 'digest'
         RETURNING id, kind, payload)
       SELECT payload ->> 'title' AS title, coalesce(payload ->> 'detail', '') AS detail, kind = 'tell-delivery' AS "isDelivery" FROM (
         SELECT id, kind, payload FROM mine UNION SELECT id, kind, payload FROM queue_task
         WHERE queue = 'emails' AND kind IN ('tell-support', 'tell-delivery') AND result ->> 'digest' = $1) one
       WHERE NOT EXISTS (SELECT 1 FROM operator_task o WHERE o.id = ${idIn(`one.payload ->> 'task'`)} AND o.state = 'resolved')
       ORDER BY "isDelivery", id`,
      [digestTaskId],
    );
    return rows;
  }
}

/** Lets what was just held back be recorded before the digest gathers it. */
const slackMs = 10_000;
