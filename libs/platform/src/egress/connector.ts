import { TLSSocket } from 'node:tls';
import type { Socket } from 'node:net';
import { buildConnector } from 'undici';
import { guardedLookup } from './addresses.js';
import { canonicalFingerprint, type ServerTrust } from './server-trust.js';

const connectTimeoutMs = 10_000;

/** The server's certificate is not the one its settings name. Nothing was sent. */
export class WrongCertificateError extends Error {
  override readonly name = 'WrongCertificateError';
  constructor(
    /** SHA-256 in hexadecimal of the certificate it showed; empty when it showed none. */
    readonly shown: string,
  ) {
    super('the certificate is not the pinned one');
  }
}

/** Bytes that had come over a connection when it broke, by the error it broke with. */
const bytesReadAtError = new WeakMap<Error, number>();

/** Whether the connection that broke with this error had carried an answer before. */
export function wasReused(error: Error): boolean {
  const socket = (error as { socket?: { bytesRead?: number } | null }).socket;
  return (bytesReadAtError.get(error) ?? socket?.bytesRead ?? 0) > 0;
}

/** Opens connections, and hands over none whose certificate is not trusted. */
export function connectorFor(trust: ServerTrust): buildConnector.connector {
  const pinned = trust.fingerprints.length > 0;
  const connect = buildConnector({
    timeout: connectTimeoutMs,
    lookup: guardedLookup,
    autoSelectFamily: true,
    ...(pinned
      ? // The pin replaces the usual checks. Without resumption every connection shows its certificate.
        { rejectUnauthorized: false, checkServerIdentity: () => undefined, maxCachedSessions: 0 }
      : trust.authorities.length > 0
        ? { ca: [...trust.authorities] }
        : {}),
  } as buildConnector.BuildOptions);
  return (options, callback) => {
    connect(options, (...result) => {
      const [error, socket] = result;
      if (error || !socket) {
        callback(...result);
        return;
      }
      const wrong = pinned ? wrongCertificate(socket, trust) : undefined;
      if (wrong) {
        // Nothing listens for its errors any more.
        socket.on('error', () => {}).destroy();
        callback(wrong, null);
        return;
      }
      socket.prependListener('error', (lost: Error) => bytesReadAtError.set(lost, socket.bytesRead));
      callback(null, socket);
    });
  };
}

function wrongCertificate(socket: Socket, trust: ServerTrust): Error | undefined {
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  const shown = canonicalFingerprint(certificate?.fingerprint256 ?? '');
  return trust.fingerprints.includes(shown) ? undefined : new WrongCertificateError(shown);
}
