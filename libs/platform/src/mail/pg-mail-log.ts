import { MailLog, pageOf, type LoggedMail, type MailFilter, type Page, type PageOf } from '@hostwright/core';
import type pg from 'pg';
import { idIn } from './mail-message.js';

/** Tasks of the queue `emails` as mails. Their payload names the mail, or their kind does where support is told. */
const mails = `
  SELECT id, coalesce(payload ->> 'mail', CASE kind WHEN 'tell-support' THEN 'operator-task' WHEN 'tell-delivery' THEN 'delivered' ELSE kind END) AS template,
    CASE WHEN state = 'failed' THEN 'failed' WHEN state <> 'done' THEN 'waiting' WHEN result ->> 'accepted' = 'true' THEN 'sent' ELSE 'not_sent' END AS state,
    CASE WHEN result ->> 'heldBack' = 'true' THEN 'support had many at once: it is in a mail that puts them together'
      ELSE coalesce(error, result ->> 'reason') END AS reason,
    attempts, coalesce(payload ->> 'serviceId', payload ->> 'service') AS service_id, coalesce(payload ->> 'jobId', payload ->> 'job') AS job_id,
    created_at, wake_at, finished_at, payload, result
  FROM queue_task WHERE queue = 'emails'`;

/** A customer's address is theirs of now until the mail was taken. */
const shown = `
  SELECT m.id, m.template, m.state, m.reason, m.attempts, m.service_id AS "serviceId", m.job_id AS "jobId", m.created_at AS "createdAt",
    m.wake_at AS "nextAttemptAt", m.finished_at AS "finishedAt",
    coalesce(m.result ->> 'to', m.payload ->> 'to', m.payload ->> 'email', c.email, a.email) AS "to"
  FROM page m LEFT JOIN service s ON s.id = ${idIn(`m.payload ->> 'serviceId'`)}
  LEFT JOIN customer c ON c.id = coalesce(s.customer_id, ${idIn(`m.payload ->> 'customerId'`)})
  LEFT JOIN account a ON a.id = ${idIn(`m.payload ->> 'accountId'`)}
  ORDER BY m.id DESC`;

/** Mails as the table `queue_task` has them. */
export class PgMailLog extends MailLog {
  constructor(private readonly pool: pg.Pool) {
    super();
  }

  async list({ limit, after }: Page, { state, template, serviceId }: MailFilter): Promise<PageOf<LoggedMail>> {
    const { rows } = await this.pool.query<LoggedMail>(
      `WITH page AS (SELECT * FROM (${mails}) t
         WHERE ($2::bigint IS NULL OR id < $2) AND ($3::text IS NULL OR state = $3) AND ($4::text IS NULL OR template = $4)
           AND ($5::text IS NULL OR service_id = $5)
         ORDER BY id DESC LIMIT $1)
       ${shown}`,
      [limit + 1, after ?? null, state ?? null, template ?? null, serviceId ?? null],
    );
    return pageOf(rows, limit);
  }
}
