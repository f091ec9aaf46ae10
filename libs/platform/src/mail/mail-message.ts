import { PanelError, type JsonObject } from '@hostwright/sdk';
import type { NewTask } from '@hostwright/core';

/** A plain-text mail to one address. */
export interface MailMessage {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export const sendMailKind = 'send-mail';

/** The task that sends it; with a key it is sent once, however often it is asked for. */
export function mailTask({ to, subject, text }: MailMessage, uniqueKey?: string): NewTask {
  return { queue: 'emails', kind: sendMailKind, payload: { to, subject, text }, ...(uniqueKey === undefined ? {} : { uniqueKey }) };
}

/** Throws `invalid_input` naming the field when the payload is not a mail. */
export function readMail(payload: JsonObject): MailMessage {
  const text = (field: keyof MailMessage): string => {
    const value = payload[field];
    if (typeof value !== 'string' || value === '') throw new PanelError('invalid_input', `a mail needs a text in "${field}"`, { field });
    return value;
  };
  const to = text('to');
  if (!/^[^\s@<>",;]+@[^\s@<>",;]+$/.test(to))
    throw new PanelError('invalid_input', 'a mail needs one e-mail address in "to"', { field: 'to' });
  return { to, subject: text('subject').replace(/\s+/g, ' ').trim(), text: text('text') };
}
