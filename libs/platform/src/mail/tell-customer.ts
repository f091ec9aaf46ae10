import {
  challengeName,
  factsOfAll,
  isCustomerMail,
  isMailable,
  linkHours,
  mailFor,
  nameToGreet,
  oneLine,
  type ClaimedTask,
  type CustomerMail,
  type ModuleCatalog,
  type NewTask,
  type TaskHandler,
  type WantedMail,
} from '@hostwright/core';
import { isPanelError, PanelError, type JsonObject } from '@hostwright/sdk';
import type { Addressee, MailFacts, ServiceFacts } from './mail-facts.js';
import { textIn } from './mail-message.js';
import type { MailTemplates } from './mail-templates.js';
import { mailView, type MailView } from './mail-view.js';
import type { LinkMaker } from './pg-one-time-links.js';
import type { SmtpSender } from './smtp-sender.js';

const tellCustomerKind = 'tell-customer';

/** The task that tells a customer. `asked`: somebody asked for this very mail, so it is sent whatever is switched off. */
export function customerTask(
  { mail, serviceId, jobId, domainId, key }: Omit<WantedMail, 'key'> & { key?: string },
  asked = false,
): NewTask {
  return {
    queue: 'emails',
    kind: tellCustomerKind,
    payload: { mail, serviceId, ...(jobId ? { jobId } : {}), ...(domainId ? { domainId } : {}), ...(asked ? { asked } : {}) },
    ...(key === undefined ? {} : { uniqueKey: key }),
  };
}

/** The task that sends a customer another link. */
export function newLinkTask(customerId: string, uniqueKey: string): NewTask {
  return { queue: 'emails', kind: tellCustomerKind, payload: { mail: 'new-link', customerId }, uniqueKey };
}

export interface CustomerMailSettings {
  /** What links begin with. */
  readonly publicUrl: string;
  /** Whom mails are from, by name. */
  readonly sender: string;
  readonly off: readonly string[];
  /** Who orders services and tells their customers itself. */
  readonly silentSources: readonly string[];
}

export interface CustomerMailParts {
  readonly facts: MailFacts;
  readonly modules: Pick<ModuleCatalog, 'find'>;
  readonly links: LinkMaker;
  readonly templates: MailTemplates;
  readonly sender: SmtpSender;
  /** Told of a mail that will not arrive; may be told again. */
  refused(task: ClaimedTask, why: string): Promise<void>;
}

/** Mails that may be the first that a customer gets: in them is how to get in. */
const waysIn: readonly CustomerMail[] = ['welcome', 'delayed'];

/** Mails after which there may be files to fetch. They hold none. */
const saysOfFiles: readonly CustomerMail[] = ['welcome', 'later-parts'];

/** Composes mails to customers when they are sent, of what is true then, and sends them. What is in them is in no task. */
export class TellCustomer implements TaskHandler {
  readonly queue = 'emails';
  readonly kind = tellCustomerKind;

  constructor(
    private readonly parts: CustomerMailParts,
    private readonly settings: CustomerMailSettings,
  ) {}

  async run(task: ClaimedTask): Promise<JsonObject> {
    const { mail } = task.payload;
    if (!isCustomerMail(mail)) throw new PanelError('invalid_input', `there is no mail "${String(mail)}"`, { field: 'mail' });
    return mail === 'new-link' ? this.sendNewLink(task) : this.tellOfService(task, mail);
  }

  private async sendNewLink(task: ClaimedTask): Promise<JsonObject> {
    const person = await this.parts.facts.ofCustomer(textIn(task.payload, 'customerId'));
    if (!person || !isMailable(person.email)) return notSent('there is no such customer, or no address of theirs');
    if (person.account === 'closed') return notSent('the account is disabled, or the address is somebody else’s');
    return this.send(task, 'new-link', person, {}, true);
  }

  private async tellOfService(task: ClaimedTask, wanted: CustomerMail): Promise<JsonObject> {
    const { jobId, domainId, asked } = task.payload;
    const service = await this.parts.facts.ofService(textIn(task.payload, 'serviceId'), {
      ...(typeof jobId === 'string' ? { jobId } : {}),
      ...(typeof domainId === 'string' ? { domainId } : {}),
    });
    if (!service) return notSent('there is no such service any more');
    const mail = mailFor(wanted, service.state);
    if (mail === undefined) return notSent(`the service is ${service.state} by now`);
    const reason = this.reasonNotTo(mail, service, asked === true);
    if (reason !== undefined) return notSent(reason);
    const needsLink = waysIn.includes(mail) && (service.account === 'none' || service.account === 'new');
    const sent = await this.send(task, mail, service, this.about(mail, service), needsLink);
    if (mail === 'delayed' && sent['accepted'] === true) await this.parts.facts.delayTold(service.serviceId);
    return sent;
  }

  private reasonNotTo(
    mail: CustomerMail,
    { email, externalSource, delayToldAt, partsMissing, domain }: ServiceFacts,
    asked: boolean,
  ): string | undefined {
    const { off, silentSources } = this.settings;
    if (!isMailable(email)) return 'the customer has no address that mail can be sent to';
    if (!asked && externalSource !== null && silentSources.includes(externalSource)) return `${externalSource} tells its customers itself`;
    if (!asked && off.includes(mail)) return 'this mail is switched off';
    if (mail === 'delayed' && delayToldAt !== null) return 'the customer knows of the delay';
    if (mail === 'later-parts-delayed' && !partsMissing) return 'nothing of it waits for a person any more';
    if (mail === 'domain-waits' && !domain?.waits) return 'the domain does not wait any more';
    if (mail === 'domain-active' && domain?.state !== 'active') return 'the domain is not active any more';
    return mail === 'domain-failed' && domain?.state !== 'gone' ? 'the domain is not gone' : undefined;
  }

  private about(mail: CustomerMail, { serviceId, product, components, domain }: ServiceFacts): Partial<MailView> {
    return {
      product: oneLine(product),
      panelUrl: `${this.settings.publicUrl}/app/services/${serviceId}`,
      ...(mail === 'welcome'
        ? {
            facts: factsOfAll(
              components.map(({ name, extension, properties }) => ({
                name,
                fields: this.parts.modules.find(extension, 'provisioning')?.properties ?? {},
                properties,
              })),
            ),
          }
        : {}),
      ...(saysOfFiles.includes(mail) &&
      components.some(({ extension }) => this.parts.modules.find(extension, 'provisioning')?.handsOutFiles)
        ? { files: 'yes' }
        : {}),
      ...(domain
        ? {
            domain: domain.name,
            addresses: domain.addresses.join(', '),
            nameServers: domain.nameServers.join(', '),
            proofNeeded: domain.verified ? '' : 'yes',
            txtName: challengeName(domain.name),
            txtValue: domain.token,
          }
        : {}),
    };
  }

  private async send(
    task: ClaimedTask,
    mail: CustomerMail,
    to: Addressee,
    about: Partial<MailView>,
    needsLink: boolean,
  ): Promise<JsonObject> {
    const { templates, links, sender } = this.parts;
    const { publicUrl } = this.settings;
    const token = needsLink ? await links.open({ customerId: to.customerId }, task.id) : undefined;
    if (needsLink && token === undefined) return notSent('the link in it was used, so an attempt before this one has arrived');
    const view = mailView({
      sender: this.settings.sender,
      customer: nameToGreet(to.name),
      panelUrl: `${publicUrl}/app`,
      // Whose address is somebody else's account, or a disabled one, signs in as nobody.
      ...(waysIn.includes(mail) && to.account !== 'closed' ? { userName: to.email } : {}),
      // Behind a #, so that no server and no log gets to see it.
      ...(token === undefined ? {} : { link: `${publicUrl}/app/welcome#${token}`, linkHours: String(linkHours) }),
      ...about,
    });
    const rendered = await templates.render(mail, view);
    try {
      return { ...(await sender.send(task, { to: to.email, ...rendered })), mail };
    } catch (error) {
      if (isPanelError(error) && error.code === 'rejected') await this.parts.refused(task, `${to.email}: ${error.message}`);
      throw error;
    }
  }
}

function notSent(reason: string): JsonObject {
  return { accepted: false, reason };
}
