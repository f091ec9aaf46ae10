import { createServer, type AddressInfo, type Socket } from 'node:net';
import ssh2, { type AuthContext, type ParsedKey, type ServerChannel } from 'ssh2';
import type { SandboxParts } from '../sandbox-parts.js';
import { lateByMs, type FaultKind, type SandboxCall } from '../sandbox.js';
import { readCommandInput } from './command-input.js';
import { makeSshKey } from './ssh-key.js';

export interface SshAnswer {
  readonly exitCode: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

/** One constant script that the node knows. As with a route, `run` applies in one go and answers; the kit sends. */
export interface SshCommand {
  /** Stands in the log, and is what a fault's `path` is matched with. */
  readonly name: string;
  /** The remote command, byte for byte. */
  readonly script: string;
  /** Milliseconds at speed 1. Default 200. */
  readonly latencyMs?: number;
  run(values: Readonly<Record<string, string>>): SshAnswer;
}

export interface SshNodeOptions {
  readonly parts: SandboxParts;
  readonly user: string;
  /** The one key that may log in. */
  readonly clientKey: ParsedKey;
  readonly commands: readonly SshCommand[];
}

export interface SshNode {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** Fingerprint of the host key made at the start. */
  readonly hostKey: string;
  stop(): Promise<void>;
}

const maxInputBytes = 1024 * 1024;
/** What the log calls the moment a caller connects; a `refuse` or `hang` that matches it shows there. */
const connecting = 'connect';

/**
 * Starts an SSH server on 127.0.0.1 that runs the given scripts and nothing else: any other command ends with 126 and is a
 * violation. Faults match the method `SSH` and the script's name; `refuse` and `hang` also match `connect`.
 */
export async function startSshNode(options: SshNodeOptions): Promise<SshNode> {
  const { parts } = options;
  const hostKey = makeSshKey();
  const sockets = new Map<number, Socket>();
  const log = (path: string, status?: number, fault?: FaultKind): void => {
    const call: SandboxCall = {
      at: new Date().toISOString(),
      method: 'SSH',
      path,
      ...(status === undefined ? {} : { status }),
      ...(fault === undefined ? {} : { fault }),
    };
    parts.calls.add(call);
  };
  const ssh = new ssh2.Server({ hostKeys: [hostKey.privateKey] }, (client, info) => {
    client.on('error', () => undefined);
    client.on('authentication', (attempt) => authenticate(attempt, options));
    client.on('session', (accept) => {
      const session = accept();
      session.on('exec', (acceptExec, _rejectExec, { command }) => {
        const cut = (): void => void sockets.get(info.port)?.destroy();
        execute(acceptExec(), command, cut).catch((error: unknown) => {
          parts.violations.push(`the sandbox itself failed over SSH: ${(error as Error).stack ?? String(error)}`);
          cut();
        });
      });
    });
  });

  async function execute(channel: ServerChannel, script: string, cut: () => void): Promise<void> {
    channel.on('error', () => undefined);
    const input = readAll(channel);
    const finish = (answer: SshAnswer): void => {
      if (answer.stdout) channel.write(answer.stdout);
      if (answer.stderr) channel.stderr.write(answer.stderr);
      channel.exit(answer.exitCode);
      channel.end();
    };
    const command = options.commands.find((known) => known.script === script);
    if (!command) {
      parts.violations.push(`a command over SSH that is none of the shipped scripts: ${script.slice(0, 80)}`);
      log('unknown', 126);
      return finish({ exitCode: 126, stderr: 'this node runs the shipped scripts only\n' });
    }
    const text = await input;
    const fault = parts.faults.take({ method: 'SSH', path: command.name, mark: markOf(text) });
    const send = (answer: SshAnswer): void => {
      log(command.name, answer.exitCode, fault?.kind);
      finish(answer);
    };
    const drop = (): void => {
      log(command.name, undefined, fault?.kind);
      cut();
    };
    const half = (command.latencyMs ?? 200) / 2;
    await parts.clock.wait(half);
    if (parts.clock.stopped) return drop();
    const broken: SshAnswer = { exitCode: 1, stderr: 'internal error\n' };
    switch (fault?.kind) {
      case 'refuse':
        return drop();
      case 'hang':
        return log(command.name, undefined, 'hang');
      case 'error_before':
      case 'too_many_requests':
        return send(broken);
      case 'late_success':
        parts.clock.laterUnscaled(fault.delayMs ?? lateByMs, () => void apply(command, text, parts));
        return send(broken);
      default:
    }
    const answer = apply(command, text, parts);
    await parts.clock.wait(half);
    if (fault?.kind === 'slow') await parts.clock.waitUnscaled(fault.delayMs ?? lateByMs);
    switch (fault?.kind) {
      case 'lost_reply':
        return drop();
      case 'ghost_success':
      case 'error_after':
        return send(broken);
      case 'malformed':
        return send({ exitCode: 0, stdout: (answer.stdout ?? '').slice(0, Math.floor((answer.stdout ?? '').length / 2)) });
      case 'wrong_shape':
        return send({ exitCode: 0, stdout: '{"unexpected":["shape"]}\n' });
      default:
        return send(answer);
    }
  }

  // A log-in is many small packets: each would wait for the acknowledgement of the one before.
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => undefined);
    const fault = parts.faults.take({ method: 'SSH', path: connecting }, ['refuse', 'hang']);
    if (fault) log(connecting, undefined, fault.kind);
    if (fault?.kind === 'refuse') return void socket.destroy();
    const port = socket.remotePort;
    if (port === undefined) return void socket.destroy();
    sockets.set(port, socket);
    socket.on('close', () => sockets.delete(port));
    if (!fault) ssh.injectSocket(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    hostKey: hostKey.fingerprint,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets.values()) socket.destroy();
      }),
  };
}

/** What a fault's `mark` is matched with. */
function markOf(text: string): string {
  const input = readCommandInput(text);
  return input.state === 'broken'
    ? ''
    : Object.entries(input.values)
        .map(([name, value]) => `${name} ${value}`)
        .join('\n');
}

function apply(command: SshCommand, text: string, parts: SandboxParts): SshAnswer {
  const input = readCommandInput(text);
  if (input.state === 'broken') return { exitCode: 64, stderr: `${input.reason}\n` };
  try {
    return command.run(input.values);
  } catch (error) {
    parts.violations.push(`the sandbox itself failed at ${command.name}: ${(error as Error).stack ?? String(error)}`);
    return { exitCode: 1, stderr: 'internal error\n' };
  }
}

function authenticate(attempt: AuthContext, { user, clientKey }: SshNodeOptions): void {
  if (attempt.method !== 'publickey' || attempt.username !== user || !attempt.key.data.equals(clientKey.getPublicSSH()))
    return attempt.reject(['publickey']);
  if (!attempt.signature || !attempt.blob) return attempt.accept();
  if (clientKey.verify(attempt.blob, attempt.signature, attempt.hashAlgo) === true) attempt.accept();
  else attempt.reject(['publickey']);
}

/** Standard input to its end; what is over the limit is dropped. Not `for await`, which would close the channel when done. */
function readAll(channel: ServerChannel): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  channel.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= maxInputBytes) chunks.push(chunk);
  });
  return new Promise((resolve) => {
    const finish = (): void => resolve(Buffer.concat(chunks).toString('utf8'));
    channel.once('end', finish);
    // Cut in the middle: what came so far lacks the empty line, and is refused as cut short.
    channel.once('close', finish);
  });
}
