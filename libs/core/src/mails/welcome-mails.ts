import { Injectable } from '@nestjs/common';
import { PanelError } from '@hostwright/sdk';
import { AuditLog } from '../audit/index.js';
import { CustomerStore } from '../customers/index.js';
import { ServiceStore } from '../services/index.js';
import { mailFor } from './customer-mail.js';
import { MailDesk } from './mail-desk.js';
import { isMailable } from './plain-words.js';

/** Sends a customer once more what they need to begin. */
@Injectable()
export class WelcomeMails {
  constructor(
    private readonly services: ServiceStore,
    private readonly customers: CustomerStore,
    private readonly desk: MailDesk,
    private readonly audit: AuditLog,
  ) {}

  /** Answers the address it goes to. Throws `not_found`; `conflict` when the service is not in use or its customer has no address. */
  async sendAgain(serviceId: string, actor: string): Promise<{ readonly to: string }> {
    const { state, customerId } = await this.services.get(serviceId);
    if (mailFor('welcome', state) === undefined)
      throw new PanelError('conflict', `service ${serviceId} is ${state}, so there is nothing to welcome anybody to`);
    const { email } = await this.customers.get(customerId);
    if (!isMailable(email)) throw new PanelError('conflict', `customer ${customerId} has no address that mail can be sent to`);
    await this.desk.welcome(serviceId);
    await this.audit.record({ actor, action: 'service.welcome_mail_sent', subject: `service:${serviceId}`, details: {} });
    return { to: email };
  }
}
