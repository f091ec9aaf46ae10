import type { ClaimedTask } from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';
import { createTransport, type Transporter } from 'nodemailer';
import { checkedMail, type MailMessage } from './mail-message.js';

export interface MailSettings {
  /** `smtp://` or `smtps://`, with its password. Undefined: nothing is sent, and every mail says so. */
  readonly smtpUrl: string | undefined;
  readonly from: string;
  /** Part of every Message-ID, so that a mail sent twice after a crash is recognised as the same. */
  readonly installation: string;
}

export interface SentMail {
  readonly accepted: true;
  readonly messageId: string;
  readonly to: string;
}

const connectMs = 10_000;
/** RFC 5321, 4.5.3.2.6: a server may look a mail through for as long, and whoever does not wait for its yes sends the mail twice. */
const answerMs = 600_000;
/** A server may lock out whoever keeps trying a log-in that it refused. */
const refusedLogInMs = 600_000;

/**
 * Hands mails to the SMTP server. Its yes means accepted for delivery, no more.
 *
 * A mail is sent at least once. SMTP has no way to ask whether a mail whose answer was lost had been taken, and a mail that tells somebody
 * how to begin, or support what waits, must not be missing; so it is sent again, with the same Message-ID and the same contents, down to the
 * link in it. Whatever is known to have been taken is never sent again: the yes is recorded with the task.
 */
export class SmtpSender {
  private transport: Transporter | undefined;

  constructor(private readonly settings: MailSettings) {}

  /** Throws `invalid_config` without a server, `rejected` (final) or `unavailable`; `invalid_input` when it is not a mail to one address. */
  async send(task: Pick<ClaimedTask, 'id'>, message: MailMessage): Promise<SentMail> {
    const { to, subject, text, html } = checkedMail(message);
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
      await this.transport.sendMail({
        from,
        to: { name: '', address: to },
        subject,
        text,
        ...(html === undefined ? {} : { html }),
        messageId,
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
    } catch (error) {
      throw explain(error);
    }
    return { accepted: true, messageId, to };
  }

  /** Lets go of the connections to the SMTP server. */
  close(): void {
    this.transport?.close();
  }
}

/**
 * What the SMTP server's refusal means. Codes of 5xx are final for a mail (RFC 5321, 4.2.1), everything else may pass. A log-in that is
 * refused is no mail's fault: what is to be told waits until an admin has mended it.
 * Its own words may quote the log-in or the recipient, so only the code is told.
 */
function explain(error: unknown): PanelError {
  const { code, responseCode } = error as { code?: string; responseCode?: number };
  if (code === 'EAUTH' && (responseCode === undefined || responseCode >= 500))
    return new PanelError('unavailable', 'the SMTP server refused the log-in of SMTP_URL', { retryAfterMs: refusedLogInMs, cause: error });
  if (responseCode !== undefined && responseCode >= 500)
    return new PanelError('rejected', `the SMTP server refused the mail with ${responseCode}`, { cause: error });
  if (responseCode !== undefined)
    return new PanelError('unavailable', `the SMTP server put the mail off with ${responseCode}`, { cause: error });
  return new PanelError('unavailable', `the SMTP server could not be reached (${code ?? 'no code'})`, { cause: error });
}
