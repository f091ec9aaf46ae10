import type { JobTurn } from '@hostwright/core';
import type { JobRecord, Tables } from './tables.js';

/** Ends or continues a turn, with everything that becomes true with it. `turn` is the tables' own copy. */
export function endTurn(tables: Tables, job: JobRecord, turn: JobTurn, over: boolean): void {
  const { now } = tables;
  const failure = turn.failure ?? null;
  // A job that was asked to stop meanwhile does not wait for a person before it has tried to turn round.
  const turnedRound =
    turn.state === 'needs_operator' &&
    (turn.phase === 'forward' || turn.phase === 'settling') &&
    job.stopRequestedAt !== null &&
    (failure ?? job.failure)?.code !== 'stopped';
  const state = turnedRound ? 'waiting' : turn.state;
  tables.refuseTwoAtOnce(job, state);
  job.state = state;
  job.phase = turnedRound ? 'settling' : turn.phase;
  job.failure = turnedRound ? { code: 'stopped', message: 'the job was asked to stop' } : (failure ?? job.failure);
  job.result = turn.result ?? job.result;
  job.lookAgainCount = turn.lookAgainCount ?? job.lookAgainCount;
  if (turn.program != null) job.program = turn.program as unknown as JobRecord['program'];
  if (!turn.release) job.wakeAt = null;
  else if (turnedRound || (job.stopRequestedAt !== null && turn.phase === 'forward' && turn.state === 'waiting')) job.wakeAt = now;
  else job.wakeAt = turn.wakeInMs === null ? null : now + turn.wakeInMs;
  if (turn.release) job.workerId = null;
  job.finishedAt = over ? (job.finishedAt ?? now) : null;
  if (turn.event) tables.keepEvent(job.id, turn.event);
  job.eventCount = turn.eventCount;
  closeAndOpenTasks(tables, job, turn);
  if (turn.message) tables.outbox.push(turn.message);
  const service = job.serviceId === null ? undefined : tables.services.get(job.serviceId);
  if (service && turn.serviceState) service.state = turn.serviceState;
  for (const one of turn.components ?? []) {
    const component = tables.components.find((row) => row.serviceId === job.serviceId && row.name === one.name);
    if (component)
      Object.assign(component, {
        remoteId: one.remoteId,
        properties: one.properties,
        ...(one.settings ? { settings: one.settings } : {}),
        ...(one.inputs ? { inputs: one.inputs } : {}),
      });
  }
  const looksAgain = (id: number): boolean => id !== job.id && tables.job(id).phase === 'looking' && tables.job(id).state !== 'completed';
  if (turn.handOver) job.handedOver = true;
  if (turn.givenUp) job.givenUp = turn.givenUp;
  if (turn.free === 'job') tables.free((one) => one.jobId === job.id);
  if (turn.free === 'service') tables.free((one) => one.serviceId === job.serviceId && !looksAgain(one.jobId));
  const freed = typeof turn.free === 'string' ? [] : (turn.free ?? []);
  tables.free((one) => one.jobId === job.id && freed.includes(one.component));
  for (const { key, output, task } of turn.wipe ?? []) {
    const step = tables.stepsOf(job.id).get(key);
    if (step) Object.assign(step, { output, task });
  }
  if (turn.wakeNext) tables.wakeNext(job.serviceId, job.id);
}

/** The statement sees the tasks that were there before it: what it opens itself stays open, and what it closes still stands in the way. */
function closeAndOpenTasks(tables: Tables, job: JobRecord, turn: JobTurn): void {
  const before = new Set(tables.operatorTasks);
  for (const task of turn.operatorTasks ?? []) tables.openTask(job, task);
  if (!turn.closeTasks) return;
  tables.closeTasks(
    (task) =>
      before.has(task) &&
      (task.jobId === job.id
        ? task.kind !== 'not_undone' && task.kind !== 'incomplete'
        : job.serviceId !== null && task.serviceId === job.serviceId && closedWith(turn.serviceState, task.kind)),
  );
}

/** What another job of the service had asked of people, once the service has ended. */
function closedWith(state: JobTurn['serviceState'], kind: string): boolean {
  return state === 'cancelled' ? kind !== 'not_undone' : state === 'terminated' && kind === 'incomplete';
}
