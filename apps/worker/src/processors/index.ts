import { BackupsProcessor } from './backups.processor.js';
import { EmailsProcessor } from './emails.processor.js';
import { InvoicesProcessor } from './invoices.processor.js';
import { LooksProcessor } from './looks.processor.js';
import { ProvisioningProcessor } from './provisioning.processor.js';
import { WebhooksProcessor } from './webhooks.processor.js';

/** One for each queue. */
export const processors = [ProvisioningProcessor, EmailsProcessor, InvoicesProcessor, BackupsProcessor, LooksProcessor, WebhooksProcessor];
