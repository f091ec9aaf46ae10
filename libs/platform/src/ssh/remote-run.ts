import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { constants } from 'node:os';
import { StringDecoder } from 'node:string_decoder';
import { PanelError, type HttpSignal, type SshResult, type SshTarget } from '@hostwright/sdk';
import { Client, type ClientChannel } from 'ssh2';
import { guardedLookup, isRefusedAddress, RefusedAddressError } from '../egress/index.js';

/** Most of each output that is kept, in bytes. */
const mostOutputBytes = 1_048_576;
const connectTimeoutMs = 20_000;
/** A connection on which the other side says nothing for three of these is lost. */
const keepAliveMs = 10_000;

export interface RemoteRun {
  /** The target's name, for messages. */
  readonly name: string;
  readonly target: SshTarget;
  readonly hostKeys: readonly string[];
  readonly script: string;
  readonly stdin: string;
  readonly timeoutMs: number;
  readonly signals: readonly HttpSignal[];
}

/** One script over one connection of its own. Nothing is sent before the host has shown a pinned key and let us in. */
export function runRemotely(run: RemoteRun): Promise<SshResult> {
  return new Promise((resolve, reject) => {
    const { name, target, script, stdin, timeoutMs, signals } = run;
    const client = new Client();
    /** From here on the script may have been started. */
    let sent = false;
    let refusedKey: string | undefined;
    let settled = false;

    const settle = (end: () => void) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener('abort', onAbort);
      end();
    };
    const fail = (code: 'unavailable' | 'invalid_config' | 'unknown_outcome', text: string, cause?: unknown) =>
      settle(() => {
        client.destroy();
        socket.destroy();
        reject(new PanelError(code, `${name}: ${text}`, { cause }));
      });
    const giveUp = (why: string, cause?: unknown) =>
      sent
        ? fail('unknown_outcome', `${why} after the script was sent`, cause)
        : fail('unavailable', `${why} before the script was sent`, cause);
    const onAbort = () => giveUp('stopped');

    const timer = setTimeout(() => giveUp('the time was over'), timeoutMs);
    for (const signal of signals) {
      // A worker has one signal for all its calls; that there are many at once is no leak.
      if (signal instanceof EventTarget) setMaxListeners(0, signal);
      signal.addEventListener('abort', onAbort);
    }

    // A log-in is many small packets: without `noDelay` each waits for the acknowledgement of the one before.
    const socket = connectSocket({ host: target.host, port: target.port, lookup: guardedLookup, noDelay: true });
    client.on('error', (error: Error & { level?: string }) => {
      if (refusedKey !== undefined) fail('invalid_config', `the host key ${refusedKey} is not the pinned one`);
      else if (error instanceof RefusedAddressError) fail('invalid_config', error.message);
      else if (sent) giveUp('the connection was lost', error);
      else if (error.level === 'client-authentication') fail('invalid_config', `the log-in of ${target.username} was refused`, error);
      else fail('unavailable', `no connection (${(error as { code?: unknown }).code ?? error.message})`, error);
    });
    // Comes before ssh2 tells the open channel, so a lost connection is not taken for a refused command.
    client.on('close', () => giveUp('the connection was closed'));
    client.on('ready', () => {
      if (settled) return;
      sent = true;
      client.exec(script, (error, channel) => {
        if (!error)
          readResult(channel, stdin, (result) => {
            if (result === undefined) return giveUp('the channel was closed');
            settle(() => {
              client.end();
              resolve(result);
            });
          });
        // Refused in so many words, over a connection that still stands.
        else if ('reason' in error) fail('unavailable', 'the host opened no session', error);
        else fail('invalid_config', `the host runs no command for ${target.username}`, error);
      });
    });
    try {
      client.connect({
        sock: socket,
        username: target.username,
        privateKey: target.privateKey,
        // No agent, no password, no keyboard: the key given, or nothing.
        authHandler: ['publickey'],
        hostVerifier: (key: Buffer) => {
          const shown = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
          if (run.hostKeys.includes(shown)) return true;
          refusedKey = shown;
          return false;
        },
        readyTimeout: connectTimeoutMs,
        keepaliveInterval: keepAliveMs,
      });
    } catch (error) {
      // Thrown before anything is sent, for a key that cannot be read. The reason is kept out of the message: it may quote the key.
      fail('invalid_config', 'the private key cannot be read', error);
    }
    if (isRefusedAddress(target.host)) fail('invalid_config', 'link-local addresses are not called');
    if (signals.some((signal) => signal.aborted)) onAbort();
  });
}

/** Feeds a running script and waits for its end; undefined when it ended without a word about how. */
function readResult(channel: ClientChannel, stdin: string, done: (result: SshResult | undefined) => void): void {
  const stdout = new CutText();
  const stderr = new CutText();
  channel.on('data', (chunk: Buffer) => stdout.add(chunk));
  channel.stderr.on('data', (chunk: Buffer) => stderr.add(chunk));
  // A script that ends without reading its input breaks the pipe; its exit code says how it ended.
  channel.on('error', () => {});
  channel.on('close', (code: number | null | undefined, signal?: string) => {
    const exitCode = typeof code === 'number' ? code : exitCodeOfSignal(signal);
    done(exitCode === undefined ? undefined : { exitCode, stdout: stdout.text(), stderr: stderr.text() });
  });
  channel.end(stdin);
}

/** As shells count: 128 and the signal's number. */
function exitCodeOfSignal(signal: string | undefined): number | undefined {
  if (signal === undefined) return undefined;
  return 128 + ((constants.signals as Record<string, number | undefined>)[signal] ?? 0);
}

/** The first bytes of an output; the rest is read and dropped, so that the other side never has to wait. */
class CutText {
  private readonly chunks: Buffer[] = [];
  private room = mostOutputBytes;

  add(chunk: Buffer): void {
    if (this.room === 0) return;
    const kept = chunk.subarray(0, this.room);
    this.room -= kept.length;
    this.chunks.push(kept);
  }

  /** Without half a character at the end. */
  text(): string {
    return new StringDecoder('utf8').write(Buffer.concat(this.chunks));
  }
}
