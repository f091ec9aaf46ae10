export { mailConsumers } from './mail-consumers.js';
export { mailHandlers } from './mail-handlers.js';
export { MailTemplates } from './mail-templates.js';
export { LinkMaker, PgOneTimeLinks } from './pg-one-time-links.js';
export { PgMailDesk } from './pg-mail-desk.js';
export { PgMailLog } from './pg-mail-log.js';
export { SmtpSender, type MailSettings } from './smtp-sender.js';
