import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { QueueTrouble } from '../queue-trouble.js';
import { WebhookSweep } from '../webhook-sweep.js';
import { processorOptions } from './processor-options.js';

/** A ring for webhooks: what is due is claimed and sent. */
@Processor('webhooks', processorOptions)
export class WebhooksProcessor extends WorkerHost {
  constructor(
    private readonly sweep: WebhookSweep,
    private readonly trouble: QueueTrouble,
  ) {
    super();
  }

  override process(): Promise<void> {
    return this.sweep.look();
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.trouble.warn(error);
  }
}
