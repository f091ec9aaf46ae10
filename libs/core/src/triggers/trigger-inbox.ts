import { Injectable } from '@nestjs/common';
import type { TriggerNotice } from '@hostwright/sdk';
import { Doorbell } from '../queues/index.js';
import { TriggerModules } from './trigger-modules.js';
import { TriggerQueue } from './trigger-store.js';

/** Takes what providers tell. It is kept before it is answered, and nothing else is done before that: they wait seconds at the most. */
@Injectable()
export class TriggerInbox {
  constructor(
    private readonly modules: TriggerModules,
    private readonly queue: TriggerQueue,
    private readonly doorbell: Doorbell,
  ) {}

  /** The same event again changes nothing. Throws as `TriggerModules.verify`. */
  async receive(extension: string, notice: TriggerNotice): Promise<void> {
    const known = await this.modules.verify(extension, notice);
    if ((await this.queue.receive(known)) && known.subject !== null) await this.doorbell.ring('webhooks');
  }
}
