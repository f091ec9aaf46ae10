import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { isOver, JobHistory, type JobOutcome } from '@hostwright/core';

const firstLookMs = 50;
const slowestLookMs = 500;

/** Waits for jobs on behalf of callers who want their end in one answer. */
@Injectable()
export class JobWaiter {
  constructor(private readonly jobs: JobHistory) {}

  /** How the job ended, or that it waits for a person; undefined when the time is up before. Throws `not_found`. */
  async wait(jobId: string, withinMs: number): Promise<JobOutcome | undefined> {
    const until = performance.now() + withinMs;
    for (let pauseMs = firstLookMs; ; pauseMs = Math.min(pauseMs * 1.5, slowestLookMs)) {
      const outcome = await this.jobs.outcome(jobId);
      if (isOver(outcome.state) || outcome.state === 'needs_operator') return outcome;
      if (performance.now() + pauseMs > until) return undefined;
      await sleep(pauseMs);
    }
  }
}
