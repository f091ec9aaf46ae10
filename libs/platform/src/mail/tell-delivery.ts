import { oneLine, type ClaimedTask, type TaskHandler } from '@hostwright/core';
import type { JsonObject } from '@hostwright/sdk';
import type { MailFacts } from './mail-facts.js';
import { textIn } from './mail-message.js';
import { mailView } from './mail-view.js';
import { deliveriesPerInterval } from './support-news.js';
import { addressOf, type SupportMailParts, type SupportMailSettings } from './tell-support.js';

export const tellDeliveryKind = 'tell-delivery';

/** Tells support of a service that was delivered, unless there are too many to tell one by one. */
export class TellDelivery implements TaskHandler {
  readonly queue = 'emails';
  readonly kind = tellDeliveryKind;

  constructor(
    private readonly parts: SupportMailParts & { readonly facts: Pick<MailFacts, 'ofService'> },
    private readonly settings: Omit<SupportMailSettings, 'clean'> & { readonly off: readonly string[] },
  ) {}

  async run(task: ClaimedTask): Promise<JsonObject> {
    const { facts, news, templates, sender } = this.parts;
    const { supportEmail, publicUrl, sender: from, off } = this.settings;
    const [serviceId, job] = [textIn(task.payload, 'service'), textIn(task.payload, 'job')];
    if (off.includes('delivered')) return { accepted: false, reason: 'this mail is switched off' };
    const service = await facts.ofService(serviceId, {});
    if (!service) return { accepted: false, reason: 'there is no such service any more' };
    if (!(await news.mayTellNow(deliveriesPerInterval))) return { accepted: false, heldBack: true };
    const view = mailView({
      sender: from,
      title: `${oneLine(service.product)} was delivered (service ${serviceId})`,
      facts: [
        { label: 'Customer', value: oneLine(service.email) },
        { label: 'Service', value: serviceId },
        { label: 'Job', value: job },
      ],
      panelUrl: `${publicUrl}/app/services/${serviceId}`,
    });
    return { ...(await sender.send(task, { to: addressOf(supportEmail), ...(await templates.render('delivered', view)) })) };
  }
}
