import { request } from 'node:http';
import { connect } from 'node:net';

export interface Page {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: string;
}

/** Asks a site as its reverse proxy does: plain HTTP to the container, with the site's name. With a form it is sent. */
export function ask(address: string, hostname: string, path: string, form?: Readonly<Record<string, string>>): Promise<Page> {
  const body = form && new URLSearchParams(form).toString();
  return new Promise((resolve, reject) => {
    const asking = request(
      {
        host: address,
        port: 80,
        path,
        method: body === undefined ? 'GET' : 'POST',
        timeout: 120_000,
        headers: {
          host: hostname,
          'x-forwarded-proto': 'https',
          'x-forwarded-for': '203.0.113.77',
          ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) }),
        },
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => (text += part));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, location: answer.headers.location, body: text }));
        answer.on('error', reject);
      },
    );
    asking.on('timeout', () => asking.destroy(new Error(`${path} does not answer`)));
    asking.on('error', reject);
    asking.end(body);
  });
}

/** Whether anything listens there that can be reached within two seconds. */
export function listens(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: 2_000 });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.on('connect', () => end(true));
    socket.on('timeout', () => end(false));
    socket.on('error', () => end(false));
  });
}
