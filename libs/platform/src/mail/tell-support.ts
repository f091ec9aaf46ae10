import { oneLine, type ClaimedTask, type TaskHandler } from '@hostwright/core';
import { PanelError, type JsonObject } from '@hostwright/sdk';
import { textIn } from './mail-message.js';
import type { MailTemplates } from './mail-templates.js';
import { mailView } from './mail-view.js';
import type { SmtpSender } from './smtp-sender.js';
import { mostInDigest, supportDigestKind, type HeldBack, type SupportNews } from './support-news.js';

export const tellSupportKind = 'tell-support';

export interface SupportMailSettings {
  readonly supportEmail: string | undefined;
  readonly publicUrl: string;
  readonly sender: string;
  /** Takes secrets out of a text. */
  readonly clean: (text: string) => string;
}

export interface SupportMailParts {
  readonly news: SupportNews;
  readonly templates: MailTemplates;
  readonly sender: SmtpSender;
}

/** Tells support of one thing that waits for them, unless there are too many to tell one by one. */
export class TellSupport implements TaskHandler {
  readonly queue = 'emails';
  readonly kind = tellSupportKind;

  constructor(
    private readonly parts: SupportMailParts,
    private readonly settings: SupportMailSettings,
  ) {}

  async run(task: ClaimedTask): Promise<JsonObject> {
    const { news, templates, sender } = this.parts;
    const { supportEmail, publicUrl, sender: from, clean } = this.settings;
    const { detail, service, job, task: taskId, unlessTask, room = 'operator-tasks' } = task.payload;
    const title = clean(textIn(task.payload, 'title'));
    if (unlessTask === true && (await news.hasTask(textIn(task.payload, 'job'))))
      return { accepted: false, reason: 'its operator task tells of it' };
    if (typeof taskId === 'string' && (await news.isSeenTo(taskId))) return { accepted: false, reason: 'it was seen to by then' };
    if (!(await news.mayTellNow())) return { accepted: false, heldBack: true };
    const facts = Object.entries({ Service: service, Job: job, Task: taskId }).flatMap(([label, id]) =>
      typeof id === 'string' ? [{ label, value: id }] : [],
    );
    const view = mailView({
      sender: from,
      // Most titles say what happened; of many mails the subject tells which service it happened to.
      title: `${oneLine(title)}${typeof service === 'string' ? ` (service ${service})` : ''}`,
      detail: typeof detail === 'string' ? clean(detail) : '',
      facts,
      panelUrl: typeof job === 'string' ? `${publicUrl}/app/jobs/${job}` : `${publicUrl}/app/${String(room)}`,
    });
    return { ...(await sender.send(task, { to: addressOf(supportEmail), ...(await templates.render('operator-task', view)) })) };
  }
}

/** Tells support together of what was not told one by one. */
export class SupportDigest implements TaskHandler {
  readonly queue = 'emails';
  readonly kind = supportDigestKind;

  constructor(
    private readonly parts: SupportMailParts,
    private readonly settings: SupportMailSettings,
  ) {}

  async run(task: ClaimedTask): Promise<JsonObject> {
    const { news, templates, sender } = this.parts;
    const { supportEmail, publicUrl, sender: from, clean } = this.settings;
    const held = await news.gather(task.id);
    if (held.length === 0) return { accepted: false, reason: 'nothing was held back that is not seen to' };
    const shown = held.slice(0, mostInDigest).map(({ title, detail }) => ({ label: oneLine(clean(title)), value: oneLine(clean(detail)) }));
    const more = held.length - shown.length;
    const view = mailView({
      sender: from,
      title: inWords(held),
      facts: [...shown, ...(more > 0 ? [{ label: `and ${more} more`, value: 'see the panel' }] : [])],
      panelUrl: `${publicUrl}/app/${held.every(({ isDelivery }) => isDelivery) ? 'services' : 'operator-tasks'}`,
    });
    return {
      ...(await sender.send(task, { to: addressOf(supportEmail), ...(await templates.render('support-digest', view)) })),
      count: held.length,
    };
  }
}

/** `2 things wait for you, 1 service was delivered`. */
function inWords(held: readonly HeldBack[]): string {
  const delivered = held.filter(({ isDelivery }) => isDelivery).length;
  const open = held.length - delivered;
  return [
    ...(open === 0 ? [] : [`${open} ${open === 1 ? 'thing waits' : 'things wait'} for you`]),
    ...(delivered === 0 ? [] : [`${delivered} ${delivered === 1 ? 'service was' : 'services were'} delivered`]),
  ].join(', ');
}

export function addressOf(supportEmail: string | undefined): string {
  if (supportEmail === undefined) throw new PanelError('invalid_config', 'SUPPORT_EMAIL is not set; set it and try this one again');
  return supportEmail;
}
