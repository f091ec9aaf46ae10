import { Permits } from '@hostwright/core';
import type { Tables } from './tables.js';

/** Permits on tables in memory, as they are kept in PostgreSQL. */
export class MemoryPermits extends Permits {
  constructor(private readonly tables: Tables) {
    super();
  }

  async acquire(permit: {
    serverId: string;
    name: string;
    cap: number;
    jobId: string;
    stepKey: string;
    interactive: boolean;
  }): Promise<boolean> {
    const { slots, now } = this.tables;
    const { serverId, name, cap, stepKey } = permit;
    const jobId = Number(permit.jobId);
    const all = slots.filter((one) => one.serverId === serverId && one.name === name);
    for (let slot = all.length + 1; slot <= cap; slot += 1) {
      const made = { serverId, name, slot, jobId: null, stepKey: null, since: null };
      slots.push(made);
      all.push(made);
    }
    if (all.some((one) => one.jobId === jobId && one.stepKey === stepKey)) return true;
    const open = permit.interactive || cap <= 2 ? cap : cap - Math.max(1, Math.floor(cap / 10));
    const free = all.find((one) => one.slot <= open && one.jobId === null);
    if (!free) return false;
    Object.assign(free, { jobId, stepKey, since: now });
    return true;
  }

  async release(jobId: string, stepKey: string): Promise<boolean> {
    const { tables } = this;
    const freed = tables.slots.filter((one) => one.jobId === Number(jobId) && one.stepKey === stepKey);
    for (const one of freed) one.jobId = one.stepKey = one.since = null;
    const waited = new Set(freed.map((one) => `permit:${one.serverId}:${one.name}`));
    const waiter = [...tables.steps.values()]
      .flatMap((steps) => [...steps.values()])
      .filter((step) => step.waitFor !== null && waited.has(step.waitFor) && (step.state === 'parked' || step.state === 'undoing'))
      .sort((a, b) => a.startedAt - b.startedAt || a.jobId - b.jobId)[0];
    if (!waiter) return false;
    waiter.wakeAt = tables.now;
    const job = tables.job(waiter.jobId);
    if (job.workerId !== null || job.wakeAt === null) return false;
    job.wakeAt = tables.now;
    return true;
  }
}
