import { setTimeout as sleep } from 'node:timers/promises';
import { PanelError } from '@hostwright/sdk';
import type { Screen } from '../terminal/index.js';
import type { SupervisedProcess } from '../supervision/index.js';
import { overStates, planOf, type JobView } from './job-view.js';
import type { JobProgress } from './follow-job.js';

const lookEveryMs = 50;
/** A step that has been under way this long is in the middle of its call, even while the provider has not answered. */
const wellUnderWayMs = 500;

/** Kills the worker once a job is far enough and a step is under way at a provider. */
export class WorkerCrash {
  private begun = false;

  constructor(
    private readonly atPercentage: number,
    private readonly worker: SupervisedProcess,
    private readonly screen: Screen,
    private readonly read: () => Promise<JobView>,
  ) {}

  get happened(): boolean {
    return this.begun;
  }

  async watch({ percentage }: JobProgress): Promise<void> {
    if (this.begun || percentage < this.atPercentage) return;
    this.begun = true;
    const step = await this.untilUnderWay();
    const killed = this.worker.kill('SIGKILL');
    this.screen.print(['  ✖ ', 'red'], [`worker killed`, 'bold'], ` (process ${killed}, SIGKILL) while "${step}" was under way`);
    void this.worker.untilReady().then(
      () =>
        this.screen.print(
          ['  ✔ ', 'green'],
          ['a new worker', 'bold'],
          ` (process ${this.worker.pid}) takes over when the lease of the killed one has run out`,
        ),
      () => undefined,
    );
  }

  /** Title of the step. Throws `rejected` when the job was faster. */
  private async untilUnderWay(): Promise<string> {
    for (;;) {
      const job = await this.read();
      if (overStates.includes(job.state))
        throw new PanelError('rejected', 'the job was over before the worker could be killed; lower crashAtPercentage in config/demo.json');
      const open = planOf(job).find(
        ({ state, startedAt = 0 }) => state === 'waiting' || (state === 'intended' && Date.now() - startedAt > wellUnderWayMs),
      );
      if (open) return open.title;
      await sleep(lookEveryMs);
    }
  }
}
