import { isMailable, nameToGreet, resetLinkHours, type ClaimedTask, type NewTask, type TaskHandler } from '@hostwright/core';
import { PanelError, type JsonObject } from '@hostwright/sdk';
import type { AccountFacts, MailFacts } from './mail-facts.js';
import { textIn } from './mail-message.js';
import type { MailTemplates } from './mail-templates.js';
import { mailView } from './mail-view.js';
import type { LinkMaker } from './pg-one-time-links.js';
import type { SmtpSender } from './smtp-sender.js';

const tellAccountKind = 'tell-account';

/** The task that sends a link to whoever has the address, if anybody. */
export function resetPasswordTask(email: string, uniqueKey: string): NewTask {
  return { queue: 'emails', kind: tellAccountKind, payload: { mail: 'reset-password', email }, uniqueKey };
}

/** The task that tells of another password. */
export function accountPasswordTask(accountId: string): NewTask {
  return { queue: 'emails', kind: tellAccountKind, payload: { mail: 'account-password', accountId } };
}

export interface AccountMailParts {
  readonly facts: MailFacts;
  readonly links: LinkMaker;
  readonly templates: MailTemplates;
  readonly sender: SmtpSender;
}

export interface AccountMailSettings {
  /** What links begin with. */
  readonly publicUrl: string;
  /** Whom mails are from, by name. */
  readonly sender: string;
}

/** Mails about how people log in. Who is behind an address is looked up when the mail is sent, never while somebody asks for it. */
export class TellAccount implements TaskHandler {
  readonly queue = 'emails';
  readonly kind = tellAccountKind;

  constructor(
    private readonly parts: AccountMailParts,
    private readonly settings: AccountMailSettings,
  ) {}

  async run(task: ClaimedTask): Promise<JsonObject> {
    switch (task.payload['mail']) {
      case 'reset-password':
        return this.sendLink(task);
      case 'account-password':
        return this.tellOfPassword(task);
      default:
        throw new PanelError('invalid_input', `there is no mail "${String(task.payload['mail'])}"`, { field: 'mail' });
    }
  }

  private async sendLink(task: ClaimedTask): Promise<JsonObject> {
    const person = await this.parts.facts.ofAddress(textIn(task.payload, 'email'));
    if (!person) return notSent('nobody has this address');
    if (person.disabled) return notSent('the account is disabled');
    if (!isMailable(person.email)) return notSent('no mail can be sent to this address');
    const { accountId, customerId } = person;
    const holder = accountId === null ? { customerId: customerId! } : { accountId };
    const token = await this.parts.links.open(holder, task.id, resetLinkHours);
    if (token === undefined) return notSent('the link in it was used, so an attempt before this one has arrived');
    // Behind a #, so that no server and no log gets to see it.
    const link = `${this.settings.publicUrl}/app/new-password#${token}`;
    return this.send(task, 'reset-password', person, { link, linkHours: String(resetLinkHours) });
  }

  private async tellOfPassword(task: ClaimedTask): Promise<JsonObject> {
    const person = await this.parts.facts.ofAccount(textIn(task.payload, 'accountId'));
    if (!person || !isMailable(person.email)) return notSent('there is no such account, or no address of theirs');
    return this.send(task, 'account-password', person, {});
  }

  private async send(
    task: ClaimedTask,
    mail: 'reset-password' | 'account-password',
    { email, name }: AccountFacts,
    about: { readonly link?: string; readonly linkHours?: string },
  ): Promise<JsonObject> {
    const { templates, sender } = this.parts;
    const view = mailView({
      sender: this.settings.sender,
      customer: nameToGreet(name),
      panelUrl: `${this.settings.publicUrl}/app`,
      ...about,
    });
    return { ...(await sender.send(task, { to: email, ...(await templates.render(mail, view)) })), mail };
  }
}

function notSent(reason: string): JsonObject {
  return { accepted: false, reason };
}
