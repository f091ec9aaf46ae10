import type { Stage } from './stage.js';

/** Asks until there is an answer. */
export async function waitFor<T>(withinMs: number, ask: () => Promise<T | undefined>, otherwise: () => Promise<string>): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(await otherwise());
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Waits for a state of the job's step of that name. */
export async function untilStep(stage: Stage, jobId: string, name: string, state: string): Promise<void> {
  await waitFor(
    10_000,
    async () => {
      const { rows } = await stage.db.pool.query<{ state: string }>(
        `SELECT state FROM provisioning_step WHERE job_id = $1 AND key LIKE '%' || $2`,
        [jobId, name],
      );
      return rows[0]?.state === state ? state : undefined;
    },
    async () => `'${name}' of job ${jobId} is not ${state}\n${await stage.story(jobId)}`,
  );
}

/** Waits for a comparison of the server with the panel, by a worker process, that begins from now on. */
export async function looked(stage: Stage, serverId: string): Promise<void> {
  const { pool } = stage.db;
  const { rows } = await pool.query<{ id: string }>(
    `INSERT INTO server_look (server_id, kind, requested_by) VALUES ($1, 'reconcile', 'test') RETURNING id`,
    [serverId],
  );
  const look = async () =>
    (await pool.query<{ state: string; error: string }>(`SELECT state, error FROM server_look WHERE id = $1`, [rows[0]!.id])).rows[0]!;
  await waitFor(
    25_000,
    async () => ((await look()).state === 'done' ? 'done' : undefined),
    async () => `the look at server ${serverId} did not end well: ${JSON.stringify(await look())}`,
  );
}
