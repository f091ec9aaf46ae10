import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { LookSweep } from '../look-sweep.js';
import { QueueTrouble } from '../queue-trouble.js';
import { processorOptions } from './processor-options.js';

/** A ring for looks at servers. */
@Processor('looks', processorOptions)
export class LooksProcessor extends WorkerHost {
  constructor(
    private readonly sweep: LookSweep,
    private readonly trouble: QueueTrouble,
  ) {
    super();
  }

  override process(): Promise<void> {
    this.sweep.look();
    return Promise.resolve();
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.trouble.warn(error);
  }
}
