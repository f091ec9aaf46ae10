import type { IncomingMessage, ServerResponse } from 'node:http';
import { lateByMs, type Fault, type SandboxCall } from '../sandbox.js';
import type { CallLog } from '../call-log.js';
import type { SandboxClock } from '../clock.js';
import type { FaultSwitches } from '../fault-switches.js';
import { render, type SandboxAnswer, type SandboxRequest } from './exchange.js';
import { defaultAnswers, type ProviderAnswers } from './provider-answers.js';
import { readBody } from './read-body.js';
import type { Router } from './router.js';

export interface ListenerParts {
  readonly router: Router;
  readonly answers: ProviderAnswers;
  readonly faults: FaultSwitches;
  readonly calls: CallLog;
  readonly clock: SandboxClock;
  readonly latencyMs: number;
  readonly maxBodyBytes: number;
  readonly before: ((request: SandboxRequest) => SandboxAnswer | undefined | Promise<SandboxAnswer | undefined>) | undefined;
  /** What faults and the log know a call by. */
  readonly callName: (url: URL) => string;
  readonly violate: (what: string) => void;
}

/**
 * Reads a call, applies it through its route and sends the answer, or does what the armed fault says. All faults work here, at
 * the transport, so that every provider has every one of them.
 */
export function providerListener(parts: ListenerParts): (incoming: IncomingMessage, response: ServerResponse) => void {
  const answers = { ...defaultAnswers, ...parts.answers };

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = incoming.method ?? 'GET';
    const url = new URL(incoming.url ?? '/', 'http://sandbox');
    const path = url.pathname;
    const name = parts.callName(url);
    const mark = incoming.headers['x-sandbox-mark'];
    const fault = parts.faults.take({ method, path: name, ...(typeof mark === 'string' ? { mark } : {}) });
    const log = (status?: number): void => {
      const call: SandboxCall = {
        at: new Date().toISOString(),
        method,
        path: name,
        ...(status === undefined ? {} : { status }),
        ...(fault === undefined ? {} : { fault: fault.kind }),
      };
      parts.calls.add(call);
    };
    const cut = (): void => {
      log();
      incoming.socket.destroy();
    };
    const send = (answer: SandboxAnswer): void => {
      log(answer.status);
      write(response, answer);
    };

    if (fault?.kind === 'refuse') return cut();
    const read = await readBody(incoming, parts.maxBodyBytes);
    if (read.state === 'gone') return log();
    const match = parts.router.find(method, path);
    const request: SandboxRequest = {
      method,
      path,
      params: match?.params ?? {},
      query: url.searchParams,
      headers: incoming.headers,
      body: read.state === 'read' ? read.body : undefined,
      text: read.state === 'too_large' ? '' : read.text,
    };
    const apply = async (): Promise<SandboxAnswer> => {
      if (read.state === 'too_large') return answers.tooLarge(request);
      if (read.state === 'unreadable') return answers.unreadableBody(request, read.reason);
      try {
        const refused = await parts.before?.(request);
        if (refused) return refused;
        if (!match) return answers.notFound(request, parts.router.knowsPath(path));
        return await match.route.handle(request);
      } catch (error) {
        parts.violate(`the sandbox itself failed at ${method} ${path}: ${(error as Error).stack ?? String(error)}`);
        return answers.internalError(request);
      }
    };

    const half = (match?.route.latencyMs ?? parts.latencyMs) / 2;
    await parts.clock.wait(half);
    if (parts.clock.stopped) return cut();
    switch (fault?.kind) {
      case 'hang':
        // The caller gives up, or the sandbox is stopped: either closes the connection.
        return log();
      case 'too_many_requests':
        return send(answers.tooManyRequests(request));
      case 'error_before':
        return send(answers.internalError(request));
      case 'late_success':
        parts.clock.laterUnscaled(lateness(fault), () => void apply());
        return send(answers.internalError(request));
      default:
    }
    const answer = await apply();
    await parts.clock.wait(half);
    if (fault?.kind === 'slow') await parts.clock.waitUnscaled(lateness(fault));
    switch (fault?.kind) {
      case 'lost_reply':
        return cut();
      case 'ghost_success':
        return send(answers.internalError(request));
      case 'error_after':
        return send(answers.gatewayError(request));
      case 'malformed':
        return send(halved(answer));
      case 'wrong_shape':
        return send(answers.wrongShape(request, answer));
      case 'wrong_owner':
        return send(answers.wrongOwner(request, answer));
      default:
        return send(answer);
    }
  }

  return (incoming, response) => {
    response.on('error', () => undefined);
    handle(incoming, response).catch((error: unknown) => {
      parts.violate(`the sandbox itself failed: ${(error as Error).stack ?? String(error)}`);
      incoming.socket.destroy();
    });
  };
}

function lateness(fault: Fault): number {
  return fault.delayMs ?? lateByMs;
}

/** A 200 whose body ends in the middle, with a length that hides it from the transport. */
function halved(answer: SandboxAnswer): SandboxAnswer {
  const { text, headers } = render(answer);
  const whole = text === '' ? '{}' : text;
  return {
    status: 200,
    headers: { 'content-type': 'application/json;charset=UTF-8', ...headers },
    text: whole.slice(0, Math.floor(whole.length / 2)),
  };
}

function write(response: ServerResponse, answer: SandboxAnswer): void {
  const { text, headers } = render(answer);
  const head = { ...headers, ...(answer.status === 204 ? {} : { 'content-length': String(Buffer.byteLength(text)) }) };
  if (answer.statusText === undefined) response.writeHead(answer.status, head);
  // A line break in the status line would end it; Node refuses one.
  else response.writeHead(answer.status, answer.statusText.replace(/[^\x20-\x7e]+/g, ' ').trim(), head);
  response.end(answer.status === 204 ? undefined : text);
}
