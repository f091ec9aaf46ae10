import type { ClaimedTask, ModuleCatalog, TaskHandler } from '@hostwright/core';
import type { Log } from '@hostwright/sdk';
import type pg from 'pg';
import type { Config } from '../config/index.js';
import { addTasks } from '../queue/index.js';
import { refusedMail } from './mail-consumers.js';
import { MailFacts } from './mail-facts.js';
import { MailTemplates } from './mail-templates.js';
import { LinkMaker } from './pg-one-time-links.js';
import type { SmtpSender } from './smtp-sender.js';
import { SupportNews } from './support-news.js';
import { TellAccount } from './tell-account.js';
import { TellCustomer } from './tell-customer.js';
import { TellDelivery } from './tell-delivery.js';
import { SupportDigest, TellSupport } from './tell-support.js';

export interface MailSurroundings {
  readonly config: Pick<Config, 'publicUrl' | 'mailFrom' | 'supportEmail' | 'mailTemplates' | 'mailOff' | 'mailSilentSources'>;
  readonly pool: pg.Pool;
  readonly modules: Pick<ModuleCatalog, 'find'>;
  readonly links: LinkMaker;
  readonly sender: SmtpSender;
  readonly log: Log;
  /** Takes secrets out of a text. */
  readonly clean: (text: string) => string;
}

/** Who does the tasks of the queue `emails`. */
export function mailHandlers({ config, pool, modules, links, sender, log, clean }: MailSurroundings): readonly TaskHandler[] {
  const { publicUrl, mailFrom, supportEmail, mailTemplates, mailOff: off, mailSilentSources: silentSources } = config;
  const templates = new MailTemplates(mailTemplates, log);
  const from = nameOf(mailFrom);
  const facts = new MailFacts(pool);
  // The sweep finds it: nobody waits for it by the second.
  const refused = async (task: ClaimedTask, why: string): Promise<void> => {
    if (supportEmail !== undefined) await addTasks(pool, [refusedMail(task, why)]);
  };
  const news = new SupportNews(pool);
  const support = [
    { news, templates, sender },
    { supportEmail, publicUrl, sender: from, clean },
  ] as const;
  return [
    new TellCustomer({ facts, modules, links, templates, sender, refused }, { publicUrl, sender: from, off, silentSources }),
    new TellAccount({ facts, links, templates, sender }, { publicUrl, sender: from }),
    new TellSupport(...support),
    new TellDelivery({ facts, news, templates, sender }, { supportEmail, publicUrl, sender: from, off }),
    new SupportDigest(...support),
  ];
}

/** The name in `Name <address>`. */
export function nameOf(mailbox: string): string {
  return /^\s*"?([^"<]*?)"?\s*</.exec(mailbox)?.[1] || 'Hostwright';
}
