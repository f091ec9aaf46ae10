import { createServer, Socket, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { MailMessage } from './mail-message.js';
import { SmtpSender } from './smtp-sender.js';

let server: Server | undefined;
let smtpSender: SmtpSender | undefined;
afterEach(() => {
  smtpSender?.close();
  server?.close();
});

/** An SMTP server that takes one mail, or answers a step of the conversation with a refusal. */
async function smtp(refusals: Record<string, string> = {}): Promise<{ url: string; mails: string[] }> {
  const mails: string[] = [];
  server = createServer((socket) => {
    let text = '';
    let inData = false;
    socket.on('error', () => undefined);
    socket.write('220 test\r\n');
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      for (let end = text.indexOf(inData ? '\r\n.\r\n' : '\r\n'); end >= 0; end = text.indexOf(inData ? '\r\n.\r\n' : '\r\n')) {
        const line = text.slice(0, end);
        text = text.slice(end + (inData ? 5 : 2));
        const verb = inData ? 'END' : line.slice(0, 4).toUpperCase();
        if (inData) mails.push(line);
        inData = verb === 'DATA' && !refusals['DATA'];
        socket.write(
          `${refusals[verb] ?? { EHLO: '250 AUTH PLAIN', AUTH: '235 ok', DATA: '354 go on', QUIT: '221 bye' }[verb] ?? '250 ok'}\r\n`,
        );
      }
    });
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return { url: `smtp://user:hunter2@127.0.0.1:${(server.address() as AddressInfo).port}`, mails };
}

const mail: MailMessage = { to: 'a@example.com', subject: 'Hello\r\nBcc: evil@example.com', text: 'Welcome' };
/** Has it sent through that server, as the mail of task 9. */
const send = (smtpUrl: string | undefined, message = mail) =>
  (smtpSender = new SmtpSender({ smtpUrl, from: 'Panel <panel@example.com>', installation: 'abcd1234' })).send({ id: '9' }, message);

describe('a mail that is handed to the SMTP server', () => {
  it('says that nothing is sent without an SMTP server', async () => {
    await expect(send(undefined)).rejects.toMatchObject({
      code: 'invalid_config',
      message: expect.stringContaining('SMTP_URL is not set'),
    });
  });

  it.each([
    // Mended by an admin, while what is to be told waits.
    ['the log-in is refused', { AUTH: '535 bad password hunter2' }, 'unavailable'],
    ['the log-in cannot be checked right now', { AUTH: '454 the directory is away' }, 'unavailable'],
    ['there is no such mailbox', { RCPT: '550 no such user' }, 'rejected'],
    ['the server puts it off', { RCPT: '451 greylisted' }, 'unavailable'],
    ['the server is full', { END: '452 no space' }, 'unavailable'],
  ])('tells what to do when %s, and no password', async (_when, refusals, code) => {
    const attempt = send((await smtp(refusals)).url);
    await expect(attempt).rejects.toMatchObject({ code, message: expect.not.stringContaining('hunter2') });
  });

  it('asks seldom while the log-in is refused for good: a server may lock out whoever tries on and on', async () => {
    await expect(send((await smtp({ AUTH: '535 no' })).url)).rejects.toMatchObject({
      message: expect.stringContaining('refused the log-in of SMTP_URL'),
      retryAfterMs: 600_000,
    });
  });

  it('waits ten minutes for the answer to a mail, as RFC 5321 asks: whoever gives up before that sends it twice', async () => {
    const patience = jest.spyOn(Socket.prototype, 'setTimeout');
    await send((await smtp()).url);
    const waits = patience.mock.calls.map(([ms]) => ms).filter((ms) => ms > 0);
    patience.mockRestore();
    expect(waits.at(-1)).toBe(600_000);
  });

  it('tries later when nobody listens', async () => {
    const { url } = await smtp();
    server!.close();
    await expect(send(url)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it.each(['a@example.com, b@example.com', 'nobody', ''])('is to one address, not to "%s"', async (to) => {
    await expect(send('smtp://127.0.0.1:1', { ...mail, to })).rejects.toMatchObject({ code: 'invalid_input', field: 'to' });
  });

  it('sends what it was given to one recipient, under an id that a second try repeats', async () => {
    const { url, mails } = await smtp();
    expect(await send(url)).toEqual({ accepted: true, messageId: '<task-9@abcd1234.hostwright>', to: 'a@example.com' });
    expect(mails).toHaveLength(1);
    expect(mails[0]).toContain('Message-ID: <task-9@abcd1234.hostwright>');
    expect(mails[0]).toContain('Welcome');
    expect(mails[0]).not.toMatch(/^Bcc:/m);
  });
});
