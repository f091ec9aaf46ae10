import type { ClaimedTask, TaskHandler } from '@hostwright/core';
import type { JsonObject } from '@hostwright/sdk';
import { readMail, sendMailKind } from './mail-message.js';
import type { SmtpSender } from './smtp-sender.js';

/** Sends mails whose text is in their task. */
export class SendMail implements TaskHandler {
  readonly queue = 'emails';
  readonly kind = sendMailKind;

  constructor(private readonly sender: SmtpSender) {}

  async run(task: ClaimedTask): Promise<JsonObject> {
    return { ...(await this.sender.send(task, readMail(task.payload))) };
  }
}
