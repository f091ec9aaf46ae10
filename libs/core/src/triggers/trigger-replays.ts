import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/index.js';
import { Doorbell } from '../queues/index.js';
import type { TriggerEvent } from './trigger-event.js';
import { TriggerLog } from './trigger-store.js';

/** Looks once more at what failed, when what was wrong has been mended. */
@Injectable()
export class TriggerReplays {
  constructor(
    private readonly log: TriggerLog,
    private readonly doorbell: Doorbell,
    private readonly audit: AuditLog,
  ) {}

  /** Throws `not_found`; `conflict` when the event is of no subject. */
  async replay(id: string, actor: string): Promise<TriggerEvent> {
    const event = await this.log.replay(id);
    const { serverId, eventId, subject } = event;
    await this.audit.record({
      actor,
      action: 'trigger_event.replayed',
      subject: `trigger_event:${id}`,
      details: { serverId, eventId, subject },
    });
    await this.doorbell.ring('webhooks');
    return event;
  }

  /** Everything of a server that failed. Answers how many. */
  async replayFailed(serverId: string, actor: string): Promise<number> {
    const replayed = await this.log.replayFailed(serverId);
    await this.audit.record({ actor, action: 'trigger_event.failed_replayed', subject: `server:${serverId}`, details: { replayed } });
    if (replayed > 0) await this.doorbell.ring('webhooks');
    return replayed;
  }
}
