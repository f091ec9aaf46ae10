import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import { makeTlsIdentity } from '@hostwright/sdk-testing';
import type { Account, CpanelHost, Installed } from './host.js';

/** The web server of the host, as on port 443: every site by its name, with what is installed on it, and with the host's own certificate elsewhere. */
export class Sites {
  private constructor(private readonly server: Server) {}

  static async start(host: CpanelHost): Promise<Sites> {
    const own = await makeTlsIdentity('server1.example.net');
    const server = createServer(
      {
        cert: own.certificate,
        key: own.privateKey,
        SNICallback: (name, answer) => answer(null, contextOf(siteNamed(host, name)?.installed)),
      },
      ({ headers }, response) => {
        const site = siteNamed(host, (headers.host ?? '').replace(/:\d+$/, ''));
        if (site === undefined) response.writeHead(404).end('SORRY! There is no site here.');
        else if (site.suspended) response.writeHead(503).end('Account Suspended');
        else response.writeHead(200).end(`Index of / on ${site.domain}`);
      },
    );
    // A visitor who went away in the middle is his own business.
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Sites(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }
}

function siteNamed(host: CpanelHost, name: string): Account | undefined {
  return [...host.accounts.values()].find(({ domain }) => name === domain || name === `www.${domain}`);
}

/** Undefined where nothing is installed, and for the few bytes that stand for a certificate in most tests. */
function contextOf(installed: Installed | undefined): SecureContext | undefined {
  if (installed === undefined) return undefined;
  try {
    return createSecureContext({ cert: `${installed.certificate}\n${installed.chain}`, key: installed.key });
  } catch {
    return undefined;
  }
}
