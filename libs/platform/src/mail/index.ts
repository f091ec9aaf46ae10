export { SendMail, type MailSettings } from './send-mail.js';
export { mailTask, sendMailKind, type MailMessage } from './mail-message.js';
export { operatorTaskMail, operatorTaskOpened } from './operator-task-mail.js';
