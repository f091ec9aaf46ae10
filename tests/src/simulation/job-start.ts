import type { NewJob } from '@hostwright/core';
import type { JobRecord, Tables } from './tables.js';

/** A job of the installation, held by the worker from its first moment; due for everybody without one. */
export function startJob(tables: Tables, workerId: number | null, { operation, program }: NewJob): JobRecord {
  const held = workerId !== null;
  const id = tables.nextId();
  const job: JobRecord = {
    id,
    serviceId: null,
    operation,
    state: held ? 'in_progress' : 'pending',
    phase: 'forward',
    program,
    interactive: false,
    fence: held ? 1 : 0,
    workerId,
    wakeAt: held ? null : tables.now,
    stopRequestedAt: null,
    failure: null,
    result: null,
    lookAgainCount: 0,
    eventCount: 0,
    finishedAt: null,
    handedOver: false,
    givenUp: {},
  };
  tables.jobs.set(id, job);
  const total = program.components.reduce((sum, one) => sum + one.steps.length, 0);
  tables.addEvent(job, { type: 'progress', stepKey: null, step: 0, total, percentage: 0, message: `${operation}: accepted` });
  return job;
}
