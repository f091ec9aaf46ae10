import { X509Certificate } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { connect } from 'node:tls';

/** The addresses that a name server on this machine, `127.0.0.1:PORT`, has for a name. */
export function addressesOf(name: string, nameServer: string): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: 1_000, tries: 2 });
  resolver.setServers([nameServer]);
  return resolver.resolve4(name);
}

/** The certificates that a web server on this machine shows to a visitor of that name: its own, and the one that signed it. */
export async function shownCertificates(port: number, name: string): Promise<readonly X509Certificate[]> {
  // It is compared with what was issued, by an authority that nobody trusts.
  const socket = connect({ host: '127.0.0.1', port, servername: name, rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect');
    const { raw, issuerCertificate } = socket.getPeerCertificate(true);
    return [raw, issuerCertificate?.raw].filter((one) => one !== undefined).map((one) => new X509Certificate(one));
  } finally {
    socket.destroy();
  }
}
