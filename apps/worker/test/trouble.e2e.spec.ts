import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SealedSettings } from '@hostwright/core';
import type { JsonObject } from '@hostwright/sdk';
import { Stage } from './support/stage.js';

describe('when something goes wrong while a site is built', () => {
  jest.setTimeout(60_000);
  let stage: Stage;
  beforeEach(async () => {
    stage = await Stage.open();
  });
  afterEach(() => stage?.close());

  const tasks = async (): Promise<{ kind: string; detail: string }[]> =>
    (await stage.db.pool.query<{ kind: string; detail: string }>(`SELECT kind, detail FROM operator_task WHERE state = 'open' ORDER BY id`))
      .rows;
  const eventually = async (holds: () => Promise<boolean>): Promise<void> => {
    for (let tries = 0; tries < 1_000; tries += 1) {
      if (await holds()) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`it did not come to that\n${stage.ledger().join('\n')}\n${JSON.stringify(await tasks())}`);
  };
  /** As an admin would change a setting of the cluster. */
  const change = async (settings: JsonObject): Promise<void> => {
    const id = stage.serverIds.provisioning;
    const sealed = new SealedSettings(stage.provisioning.sealer);
    const { rows } = await stage.db.pool.query<{ settings: JsonObject }>(`SELECT settings FROM server WHERE id = $1`, [id]);
    const open = { ...sealed.open(id, rows[0]!.settings), ...settings };
    await stage.db.pool.query(`UPDATE server SET settings = $2 WHERE id = $1`, [
      id,
      JSON.stringify(sealed.seal(id, stage.provisioning.catalog.find(stage.extensions[0]!, 'provisioning')!.server, open)),
    ]);
  };

  it('a node with another host key is not connected to; staff are told, and the site arrives once it is put right', async () => {
    const right = String(stage.providers.provisioning.server['sshNodes']);
    await change({ sshNodes: right.replaceAll(/SHA256:[A-Za-z0-9+/]{43}/g, `SHA256:${'A'.repeat(43)}`) });
    await stage.startLoop();
    const { jobId } = await stage.order();
    await eventually(async () => (await tasks()).length > 0);
    expect(await tasks()).toEqual([{ kind: 'fix_settings', detail: expect.stringMatching(/host key/) }]);
    expect(stage.providers.provisioning.calls().filter((call) => call.method === 'SSH')).toEqual([]);
    await change({ sshNodes: right });
    await stage.until(jobId, ['completed']);
    expect(await tasks()).toEqual([]);
  });

  it('a cancelled order stops at the next step and leaves nothing', async () => {
    await stage.startLoop();
    const placed = await stage.order();
    await eventually(async () => stage.ledger().some((line) => line.startsWith('container')));
    const { jobId } = await stage.terminate(placed.serviceId);
    await stage.until(placed.jobId, ['cancelled']);
    await stage.until(jobId, ['superseded']);
    expect(stage.ledger()).toEqual([]);
    const { rows } = await stage.db.pool.query(`SELECT state FROM service`);
    expect(rows).toEqual([{ state: 'cancelled' }]);
  });

  it('a failure at the end undoes everything, and a retry builds the site with values of its own', async () => {
    await stage.startLoop();
    await stage.control('provisioning', '/setups', { exitCode: 1, phase: 'database' });
    const placed = await stage.order();
    await stage.until(placed.jobId, ['failed'], 40_000);
    expect(stage.ledger()).toEqual([]);
    expect((await tasks()).map((task) => task.kind)).toEqual(['failed']);
    const next = await stage.provisioning.operators.retry(placed.jobId, 'staff');
    await stage.until(next, ['completed']);
    expect(await tasks()).toEqual([]);
    expect(stage.ledger().filter((line) => line.startsWith('container'))).toEqual(['container 901']);
  });

  it("a stranger's container under our number is never touched", async () => {
    await stage.startLoop();
    await stage.control('provisioning', '/strangers', { vmid: 900, address: '192.168.1.250' });
    const before = stage.ledger();
    const placed = await stage.order();
    await stage.until(placed.jobId, ['needs_operator']);
    expect((await tasks()).map((task) => task.kind)).toEqual(['not_owned']);
    expect(stage.ledger()).toEqual(before);
    await stage.provisioning.operators.rollBack(placed.jobId, 'staff');
    await stage.until(placed.jobId, ['cancelled']);
    expect(stage.ledger()).toEqual(before);
  });

  it('no secret stands in the journal, the events, the log or anywhere else in the database', async () => {
    const placed = await stage.order();
    const { rows: jobs } = await stage.db.pool.query<{ program: { owner: string; components: { reserved: JsonObject }[] } }>(
      `SELECT program FROM provisioning_job WHERE id = $1`,
      [placed.jobId],
    );
    const { owner, components } = jobs[0]!.program;
    const generated = Object.values(stage.provisioning.sealer.open(components[0]!.reserved, `program/${owner}`) as JsonObject).flatMap(
      (value) => (typeof value === 'object' && value !== null && '$secret' in value ? [String(value['$secret'])] : []),
    );
    expect(generated).toHaveLength(1);
    const secrets = [...stage.secrets(), ...generated];
    expect(secrets.length).toBeGreaterThanOrEqual(4);
    const look = async (): Promise<void> => {
      const { rows: tables } = await stage.db.pool.query<{ name: string }>(
        `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`,
      );
      for (const { name } of tables) {
        const { rows } = await stage.db.pool.query<{ text: string }>(`SELECT t::text AS text FROM "${name}" t`);
        const text = rows.map((row) => row.text).join('\n') + stage.lines.join('\n');
        for (const secret of secrets) expect(text.includes(secret.slice(0, 200).trim())).toBe(false);
        expect(text).not.toContain('$secret');
      }
    };
    await look();
    await stage.startLoop();
    // While the password is at the provider, and after all is done.
    await eventually(async () => stage.ledger().some((line) => line.startsWith('wordpress')));
    await look();
    await stage.until(placed.jobId, ['completed']);
    await look();
  });
});
