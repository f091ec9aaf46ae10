import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { QueueTrouble } from '../queue-trouble.js';
import { TriggerSweep } from '../trigger-sweep.js';
import { WebhookSweep } from '../webhook-sweep.js';
import { processorOptions } from './processor-options.js';

/** A ring for webhooks, those we send and those that providers send us: what is due is claimed and seen to. */
@Processor('webhooks', processorOptions)
export class WebhooksProcessor extends WorkerHost {
  constructor(
    private readonly sweep: WebhookSweep,
    private readonly triggers: TriggerSweep,
    private readonly trouble: QueueTrouble,
  ) {
    super();
  }

  override async process(): Promise<void> {
    await Promise.all([this.sweep.look(), this.triggers.look()]);
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.trouble.warn(error);
  }
}
