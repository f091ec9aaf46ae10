import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DeliveryRunner, JobLoop, LookRunner, TaskRunner, TriggerRunner } from '@hostwright/core';
import { HttpWebhookSender, SmtpSender } from '@hostwright/platform';

/** Begins when everything is wired, and ends before anything is taken apart. */
@Injectable()
export class Work implements OnApplicationBootstrap, BeforeApplicationShutdown {
  /** Fulfilled when nothing is under way any more and nothing new is taken. */
  readonly ended: Promise<void>;
  private end: () => void = () => undefined;

  constructor(
    private readonly loop: JobLoop,
    private readonly tasks: TaskRunner,
    private readonly looks: LookRunner,
    private readonly mails: SmtpSender,
    private readonly webhooks: DeliveryRunner,
    private readonly sender: HttpWebhookSender,
    private readonly triggers: TriggerRunner,
  ) {
    this.ended = new Promise((resolve) => (this.end = resolve));
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.loop.stop(), this.tasks.stop(), this.looks.stop(), this.webhooks.stop(), this.triggers.stop()]);
    this.mails.close();
    await this.sender.close();
    this.end();
  }
}
