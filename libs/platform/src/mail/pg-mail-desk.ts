import { MailDesk, type Doorbell, type NewTask } from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';
import type pg from 'pg';
import { addTasks } from '../queue/index.js';
import { accountPasswordTask, resetPasswordTask } from './tell-account.js';
import { customerTask, newLinkTask } from './tell-customer.js';

const hourMs = 3_600_000;
const resetMs = 15 * 60_000;

export interface MailDeskPorts {
  readonly pool: pg.Pool;
  readonly doorbell: Doorbell;
  readonly smtpUrl: string | undefined;
  readonly now: () => Date;
}

/** Mails that somebody asks for, as tasks of the queue `emails`. */
export class PgMailDesk extends MailDesk {
  constructor(private readonly ports: MailDeskPorts) {
    super();
  }

  async welcome(serviceId: string): Promise<void> {
    await this.add(customerTask({ mail: 'welcome', serviceId }, true));
  }

  async newLink(customerId: string, oldLinkId: string): Promise<void> {
    const hour = Math.floor(this.ports.now().getTime() / hourMs);
    await this.add(newLinkTask(customerId, `mail:new-link:${oldLinkId}:${hour}`));
  }

  async resetPassword(email: string): Promise<void> {
    const turn = Math.floor(this.ports.now().getTime() / resetMs);
    await this.add(resetPasswordTask(email, `mail:reset-password:${email.toLowerCase()}:${turn}`));
  }

  async passwordChanged(accountId: string): Promise<void> {
    if (this.ports.smtpUrl !== undefined) await this.add(accountPasswordTask(accountId));
  }

  private async add(task: NewTask): Promise<void> {
    const { pool, doorbell, smtpUrl } = this.ports;
    if (smtpUrl === undefined) throw new PanelError('invalid_config', 'SMTP_URL is not set, so no mail can be sent');
    for (const [queue, count] of await addTasks(pool, [task])) await doorbell.ring(queue, count);
  }
}
