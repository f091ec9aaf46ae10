import type { ClaimedTask, TaskHandler } from '@hostwright/core';
import { PanelError, type JsonObject } from '@hostwright/sdk';
import { createTransport, type Transporter } from 'nodemailer';
import { readMail, sendMailKind } from './mail-message.js';

export interface MailSettings {
  /** `smtp://` or `smtps://`, with its password. Undefined: nothing is sent, and every mail says so. */
  readonly smtpUrl: string | undefined;
  readonly from: string;
  /** Part of every Message-ID, so that a mail sent twice after a crash is recognised as the same. */
  readonly installation: string;
}

const connectMs = 10_000;
const answerMs = 30_000;

/** Hands mails to the SMTP server. Its yes means accepted for delivery, no more. */
export class SendMail implements TaskHandler {
  readonly queue = 'emails';
  readonly kind = sendMailKind;
  private transport: Transporter | undefined;

  constructor(private readonly settings: MailSettings) {}

  async run(task: ClaimedTask): Promise<JsonObject> {
    const mail = readMail(task.payload);
    const { smtpUrl, from, installation } = this.settings;
    if (!smtpUrl) throw new PanelError('invalid_config', 'SMTP_URL is not set, so no mail is sent; set it and try this one again');
    this.transport ??= createTransport({
      url: smtpUrl,
      connectionTimeout: connectMs,
      greetingTimeout: connectMs,
      socketTimeout: answerMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    const messageId = `<task-${task.id}@${installation}.hostwright>`;
    try {
      await this.transport.sendMail({ from, ...mail, messageId, headers: { 'Auto-Submitted': 'auto-generated' } });
    } catch (error) {
      throw explain(error);
    }
    return { accepted: true, messageId };
  }

  /** Lets go of the connections to the SMTP server. */
  close(): void {
    this.transport?.close();
  }
}

/**
 * What the SMTP server's refusal means. Codes of 5xx are final (RFC 5321, 4.2.1), everything else may pass.
 * Its own words may quote the log-in or the recipient, so only the code is told.
 */
function explain(error: unknown): PanelError {
  const { code, responseCode } = error as { code?: string; responseCode?: number };
  if (code === 'EAUTH') return new PanelError('invalid_config', 'the SMTP server refused the log-in of SMTP_URL', { cause: error });
  if (responseCode !== undefined && responseCode >= 500)
    return new PanelError('rejected', `the SMTP server refused the mail with ${responseCode}`, { cause: error });
  if (responseCode !== undefined)
    return new PanelError('unavailable', `the SMTP server put the mail off with ${responseCode}`, { cause: error });
  return new PanelError('unavailable', `the SMTP server could not be reached (${code ?? 'no code'})`, { cause: error });
}
