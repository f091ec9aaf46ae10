import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Restoration } from '@hostwright/core';
import { PgRestorationStore } from '@hostwright/platform';
import type { LedgerEntry } from '@hostwright/sdk-testing';
import { Stage } from './support/stage.js';
import { untilStep } from './support/waits.js';

describe('a panel that is lost, and restored from yesterday’s backup', () => {
  let lost: Stage;
  let restored: Stage;
  const yesterday: Record<'kept' | 'ended' | 'midway', { serviceId: string; jobId: string }> = {} as never;
  const today: { serviceId: string; reserved: Readonly<Record<string, unknown>> }[] = [];
  /** What the providers hold when the panel is lost. */
  let left: readonly LedgerEntry[];

  const everything = (): LedgerEntry[] => lost.everyProvider().flatMap((provider) => [...provider.ledger()]);
  const restoration = (): Promise<Restoration | undefined> =>
    new PgRestorationStore(restored.db.pool, { ring: () => Promise.resolve() } as never).latest();
  const tasks = async () =>
    (
      await restored.db.pool.query<{ kind: string; state: string; title: string }>(
        `SELECT kind, state, title FROM operator_task ORDER BY id`,
      )
    ).rows;
  const sequence = async () =>
    BigInt((await restored.db.pool.query<{ id: string }>(`SELECT last_value AS id FROM service_id_seq`)).rows[0]!.id);

  beforeAll(async () => {
    lost = await Stage.open();
    await lost.startWorker();
    for (const name of ['kept', 'ended'] as const) {
      yesterday[name] = await lost.order({ email: `${name}@example.com`, id: name });
      await lost.until(yesterday[name].jobId, ['completed']);
    }
    // The backup is made while a site is being built: its container is being made, and the panel knows the task of that.
    yesterday.midway = await lost.order({ email: 'midway@example.com', id: 'midway' });
    await untilStep(lost, yesterday.midway.jobId, 'create container', 'waiting');
    await lost.stopWork();
    const backup = await lost.backUp();

    await lost.startWorker();
    await lost.until(yesterday.midway.jobId, ['completed']);
    for (const email of ['new@example.com', 'newer@example.com']) {
      const order = await lost.order({ email });
      await lost.until(order.jobId, ['completed']);
      today.push(order);
    }
    await lost.until((await lost.terminate(yesterday.ended.serviceId)).jobId, ['completed']);
    await lost.stopWork();
    left = everything();
    restored = await lost.restored(backup);
  }, 90_000);
  afterAll(async () => {
    await restored?.close();
    await lost?.close();
  });

  it('knows that it was restored before it does anything, and tells staff', async () => {
    expect(await restoration()).toMatchObject({ reason: 'database', endedAt: null, servers: [{ state: 'held' }] });
    expect(await tasks()).toMatchObject([{ kind: 'restored', state: 'open' }]);
  });

  it('asks nothing of any provider for its jobs and takes no orders until its servers have been looked at', async () => {
    const calls = () => lost.everyProvider().map((provider) => provider.calls().length);
    const before = calls();
    const loop = await restored.startLoop();
    await expect(restored.order({ email: 'early@example.com' })).rejects.toMatchObject({ code: 'unavailable' });
    const { jobId } = await restored.provisioning.desk.request(yesterday.kept.serviceId, 'suspend', 'test');
    await sleep(1_500);
    expect(calls()).toEqual(before);
    expect(everything()).toEqual(left);
    expect(await restored.until(jobId, ['pending'])).toBe('pending');
    expect(await restored.provisioning.desk.request(yesterday.kept.serviceId, 'suspend', 'test')).toEqual({ jobId, created: false });
    await restored.provisioning.operators.rollBack(jobId, 'test');
    await loop.stop();
  });

  it('looks at its servers by itself, finds what is otherwise, and tells staff of it', async () => {
    await restored.startWorker();
    const end = Date.now() + 25_000;
    while ((await restoration())?.endedAt === null && Date.now() < end) await sleep(100);
    expect(await restoration()).toMatchObject({ servers: [{ state: 'compared', endedBy: 'system' }] });
    const { rows } = await restored.db.pool.query<{ kind: string; aspect: string; id: string }>(
      `SELECT kind, aspect, service_id AS id FROM reconciliation_finding WHERE resolved_at IS NULL ORDER BY kind, service_id`,
    );
    expect(rows).toEqual([
      { kind: 'missing', aspect: 'gone', id: yesterday.ended.serviceId },
      ...today.map(({ serviceId }) => ({ kind: 'orphan', aspect: 'unknown', id: serviceId })),
    ]);
    expect(await tasks()).toMatchObject([
      { kind: 'restored', state: 'resolved' },
      { kind: 'restored', state: 'open', title: expect.stringContaining('2 orphans, 1 missing, 0 drifted') as unknown },
    ]);
  }, 40_000);

  it('goes on with what the backup had under way, and adopts what is there instead of making it twice', async () => {
    await restored.until(yesterday.midway.jobId, ['completed']);
    expect(everything()).toEqual(left);
  });

  it('makes new sites from what is free, under ids that nobody ever had', async () => {
    const before = await sequence();
    const order = await restored.order({ email: 'new@example.com', id: 'after' });
    expect(BigInt(order.serviceId)).toBeGreaterThan(before);
    const site = order.reserved['site'] as Record<string, unknown>;
    for (const { serviceId, reserved } of today) {
      expect(BigInt(order.serviceId)).toBeGreaterThan(BigInt(serviceId) + 1_000_000n);
      for (const name of ['vmid', 'ip', 'subdomain']) expect(site[name]).not.toBe((reserved['site'] as Record<string, unknown>)[name]);
    }
    await restored.until(order.jobId, ['completed']);
    const now = everything();
    for (const entry of left) expect(now).toContainEqual(entry);
    expect(new Set(now.filter(({ kind }) => kind === 'container').map(({ owner }) => owner)).size).toBe(5);
    expect(lost.everyProvider().flatMap((provider) => provider.violations())).toEqual([]);
  });

  it('ends what is its own, and leaves alone what was made after the backup', async () => {
    const { rows } = await restored.db.pool.query<{ id: string }>(`SELECT id FROM service WHERE state = 'active'`);
    const jobs = await Promise.all(rows.map(({ id }) => restored.terminate(id)));
    for (const { jobId } of jobs) await restored.until(jobId, ['completed']);
    const marks = new Set(today.map(({ serviceId }) => `hw-${lost.installationId}-${serviceId}`));
    // What bears no mark is known by the site that it belongs to.
    const isTheirs = (entry: LedgerEntry): boolean =>
      today.some(({ reserved }) => {
        const { vmid, subdomain } = reserved['site'] as { vmid: number; subdomain: string };
        return entry.id.includes(String(vmid)) || JSON.stringify(entry).includes(`"${subdomain}.`);
      });
    expect(everything()).toEqual(left.filter((entry) => (entry.owner === undefined ? isTheirs(entry) : marks.has(entry.owner))));
  }, 60_000);
});
