import { setTimeout as sleep } from 'node:timers/promises';
import { PanelError } from '@hostwright/sdk';
import type { Screen } from '../terminal/index.js';
import { overStates, type JobView } from './job-view.js';
import { isConnectionLost, type PanelClient } from './panel-client.js';
import { progressList, seconds } from './progress-list.js';

/** An event of a job's stream. */
export interface JobProgress {
  readonly type: string;
  readonly step: number;
  readonly total: number;
  readonly percentage: number;
  readonly message: string;
  readonly timestamp: string;
}

export interface FollowOptions {
  readonly staff: PanelClient;
  readonly jobId: string;
  readonly screen: Screen;
  /** Gives up when it is aborted. */
  readonly signal: AbortSignal;
  /** Is told of each event and of the job as it is then. */
  readonly onProgress?: (progress: JobProgress, job: JobView) => Promise<void>;
}

const drawEveryMs = 100;
const readEveryMs = 400;
const reconnectMs = 500;

/**
 * Follows a job's stream to its end and shows the progress: as a list that is drawn in place, or line by line where there is no
 * terminal. Answers the job as it ended. Throws `rejected` when it did not complete.
 */
export async function followJob(options: FollowOptions): Promise<JobView> {
  const { staff, jobId, screen } = options;
  const read = (): Promise<JobView> => staff.get<JobView>(`/api/v1/jobs/${jobId}`);
  let job = await read();
  const over = new AbortController();
  const drawing = screen.isLive
    ? draw(
        screen,
        () => job,
        async () => (job = await read()),
        over.signal,
      )
    : Promise.resolve();
  try {
    for await (const progress of progressOf(options)) {
      job = await read();
      if (!screen.isLive)
        screen.print(
          [
            `  ${seconds(Date.parse(progress.timestamp) - Date.parse(job.createdAt)).padStart(8)} ${String(progress.percentage).padStart(3)} %  `,
            'dim',
          ],
          progress.message,
        );
      await options.onProgress?.(progress, job);
      if (progress.type === 'attention') throw new PanelError('rejected', `the job needs a person: ${progress.message}`);
    }
    job = await read();
  } finally {
    over.abort();
    await drawing;
    screen.draw(progressList(job, Date.now()));
    screen.keep();
  }
  if (job.state !== 'completed')
    throw new PanelError('rejected', `the job is ${job.state}: ${job.failure?.message ?? 'the log has the reason'}`);
  return job;
}

/** Every event once, in order, over as many connections as it takes. */
async function* progressOf({ staff, jobId, signal }: FollowOptions): AsyncGenerator<JobProgress> {
  let last: string | undefined;
  for (;;) {
    try {
      for await (const { id, data } of staff.events(`/api/v1/jobs/${jobId}/stream`, last, signal)) {
        last = id ?? last;
        yield JSON.parse(data) as JobProgress;
      }
    } catch (error) {
      if (signal.aborted || !isConnectionLost(error)) throw error;
    }
    // The stream ends with the job; when it ended otherwise, what follows is asked for anew.
    const { state } = await staff.get<JobView>(`/api/v1/jobs/${jobId}`);
    if (overStates.includes(state)) return;
    await sleep(reconnectMs, undefined, { signal });
  }
}

async function draw(screen: Screen, job: () => JobView, read: () => Promise<unknown>, over: AbortSignal): Promise<void> {
  for (let tick = 1; !over.aborted; tick += 1) {
    screen.draw(progressList(job(), Date.now()));
    await sleep(drawEveryMs, undefined, { signal: over }).catch(() => undefined);
    // Parts of other modules have no events of their own. A read that fails is made again.
    if (tick % (readEveryMs / drawEveryMs) === 0 && !over.aborted) await read().catch(() => undefined);
  }
}
