import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A mail as it was taken. */
export interface TakenMail {
  readonly to: string;
  readonly messageId: string;
  readonly subject: string;
  readonly headers: string;
  readonly text: string;
  readonly html: string;
}

/** How the server misbehaves with one mail: refuses it for now, or takes it and is gone before it says so. */
export type MailFault = 'put off' | 'lost answer';

/** A real SMTP server that keeps what it takes. */
export class MailServer {
  readonly taken: TakenMail[] = [];
  readonly faults: MailFault[] = [];
  private readonly server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const fault = this.faults.shift();
        if (fault === 'put off') {
          callback(Object.assign(new Error('later'), { responseCode: 451 }));
          return;
        }
        const to = session.envelope.rcptTo.map(({ address }) => address).join(', ');
        this.taken.push(readMail(to, Buffer.concat(chunks).toString('latin1')));
        if (fault === 'lost answer') callback(Object.assign(new Error('gone'), { responseCode: 421 }));
        else callback();
      });
    },
  });

  static async start(): Promise<MailServer> {
    const mail = new MailServer();
    mail.server.on('error', () => undefined);
    await new Promise<void>((resolve) => mail.server.listen(0, '127.0.0.1', resolve));
    return mail;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(resolve));
  }

  to(address: string): TakenMail[] {
    return this.taken.filter(({ to }) => to === address);
  }
}

function readMail(to: string, raw: string): TakenMail {
  const [headers, body] = split(raw);
  const boundary = /boundary="([^"]+)"/.exec(headers)?.[1];
  const parts = boundary === undefined ? [raw] : body.split(`--${boundary}`).slice(1, -1);
  const part = (type: string): string => {
    const found = parts
      .map((one) => split(one.replace(/^\r\n/, '')))
      .find(([head]) => head.toLowerCase().includes(`content-type: ${type}`));
    return found ? decoded(found[0], found[1]) : '';
  };
  const header = (name: string): string => new RegExp(`^${name}: (.*)$`, 'im').exec(headers)?.[1]?.trim() ?? '';
  return { to, headers, messageId: header('Message-ID'), subject: header('Subject'), text: part('text/plain'), html: part('text/html') };
}

/** Head, its folded lines made whole, and body. */
function split(text: string): [string, string] {
  const at = text.indexOf('\r\n\r\n');
  return [text.slice(0, at).replace(/\r\n[ \t]+/g, ' '), text.slice(at + 4)];
}

function decoded(head: string, body: string): string {
  if (/base64/i.test(head)) return Buffer.from(body, 'base64').toString();
  if (!/quoted-printable/i.test(head)) return Buffer.from(body, 'latin1').toString();
  const bytes = body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
