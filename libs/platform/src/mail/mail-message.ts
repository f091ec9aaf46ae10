import { isMailable, oneLine } from '@hostwright/core';
import { PanelError, type JsonObject } from '@hostwright/sdk';

/** A mail to one address. */
export interface MailMessage {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
}

/** The mail with its subject on one line. Throws `invalid_input` when it is not to one address. */
export function checkedMail(mail: MailMessage): MailMessage {
  if (!isMailable(mail.to)) throw new PanelError('invalid_input', 'a mail needs one e-mail address in "to"', { field: 'to' });
  return { ...mail, subject: oneLine(mail.subject) };
}

/** Throws `invalid_input` naming the field that is missing. */
export function textIn(payload: JsonObject, field: string): string {
  const value = payload[field];
  if (typeof value !== 'string' || value === '') throw new PanelError('invalid_input', `a mail needs a text in "${field}"`, { field });
  return value;
}

/** SQL for the id that a text of a payload is; NULL when it is none. */
export function idIn(text: string): string {
  return `CASE WHEN ${text} ~ '^[0-9]{1,18}$' THEN (${text})::bigint END`;
}
