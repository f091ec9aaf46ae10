import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { JobLoop } from '@hostwright/core';
import { QueueTrouble } from '../queue-trouble.js';
import { processorOptions } from './processor-options.js';

/** A ring for provisioning: the loop claims what is due. */
@Processor('provisioning', { ...processorOptions, concurrency: 10 })
export class ProvisioningProcessor extends WorkerHost {
  constructor(
    private readonly loop: JobLoop,
    private readonly trouble: QueueTrouble,
  ) {
    super();
  }

  override process(): Promise<void> {
    this.loop.look();
    return Promise.resolve();
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.trouble.warn(error);
  }
}
