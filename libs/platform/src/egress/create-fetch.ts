import { isPanelError, PanelError, type HttpSignal, type JsonObject } from '@hostwright/sdk';
import type { Dispatcher, Response } from 'undici';
import type { Recorder } from '../recording/index.js';
import { isRefusedAddress } from './addresses.js';
import { decodeAnswer, responseOf, TooLargeError } from './answer.js';
import type { ConnectionPools } from './connection-pools.js';
import { portOf, resolveEgress, withoutDot, type EgressTarget } from './egress-patterns.js';
import { exchangeError } from './exchange-error.js';
import { exchangeOnce, ExchangeFailure, type RawAnswer } from './exchange-once.js';
import { describe, readRequest, type OutgoingRequest, type RequestLike, type RequestOptions } from './outgoing-request.js';
import { isPrivateTrust, publicTrust, type ServerTrust } from './server-trust.js';

/** Largest answer that is read, decompressed. */
const defaultMostBytes = 8_388_608;

/** A call as its hooks see it. */
export interface EgressCall {
  readonly serverId: string;
  readonly method: string;
  /** Host and, where it is not the usual one, port. */
  readonly host: string;
  readonly path: string;
}

/** How a call ended: with an answer, whatever its status, or not. */
export type CallOutcome = { readonly durationMs: number } & (
  { readonly status: number; readonly error?: undefined } | { readonly status?: undefined; readonly error: PanelError }
);

export interface FetchOptions {
  /** Extension id. */
  readonly extension: string;
  readonly serverId: string;
  /** The manifest's `egress`. */
  readonly egress: readonly string[];
  /** The server's settings in plain text, that `egress` takes its addresses from. */
  readonly server: JsonObject;
  /** The server's certificate settings (`trustOf`). For addresses that come from its settings only. */
  readonly trust: ServerTrust;
  readonly pools: ConnectionPools;
  /** Aborts every call: those not sent yet are `unavailable`, the others `unknown_outcome`. */
  readonly signal?: HttpSignal;
  readonly recorder?: Recorder;
  /** Before anything is sent, for rates and breakers. What it throws is the call's error. */
  readonly beforeCall?: (call: EgressCall) => Promise<void>;
  /** After every call that `beforeCall` let pass. Its errors go to `onProblem`, not to the caller. */
  readonly afterCall?: (outcome: CallOutcome, call: EgressCall) => void | Promise<void>;
  readonly onProblem?: (error: unknown) => void;
  /** Largest answer in bytes. Default 8 MiB. */
  readonly mostBytes?: number;
}

/** The SDK's `Fetch`, which can also be given to a vendor SDK as its fetch. */
export type EgressFetch = (input: string | URL | RequestLike, options?: RequestOptions) => Promise<Response>;

/** A fetch for one module on one server. It keeps the SDK's promises; see `Fetch` there. */
export function createFetch(options: FetchOptions): EgressFetch {
  let targets: readonly EgressTarget[] | undefined;
  return async (input, init) => {
    const read = await readRequest(input, init);
    const request: OutgoingRequest = {
      ...read,
      // Compressing costs more than it saves on a local network; what comes compressed all the same is read.
      headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'hostwright', ...read.headers },
      signals: options.signal ? [options.signal, ...read.signals] : read.signals,
    };
    targets ??= resolveEgress(options.egress, options.server);
    const trust = trustFor(request, targets, options.trust);
    const call: EgressCall = { serverId: options.serverId, method: request.method, host: request.url.host, path: request.url.pathname };
    refuseStopped(request);
    await options.beforeCall?.(call);
    return observed(options, request, call, () =>
      answerTo(request, options.pools.poolFor(options.serverId, trust), options.mostBytes ?? defaultMostBytes),
    );
  };
}

/** How to check the certificate of the address called. Throws `invalid_config` when it may not be called at all. */
function trustFor({ url, method }: OutgoingRequest, targets: readonly EgressTarget[], trust: ServerTrust): ServerTrust {
  const what = describe(method, url);
  const host = withoutDot(url.hostname);
  const port = portOf(url);
  const fitting = targets.filter((target) => target.host === host && target.port === port);
  const target = fitting.find((one) => one.fromServer) ?? fitting[0];
  if (!target) throw new PanelError('invalid_config', `${what}: the extension's egress does not name ${host}:${port}`);
  if (isRefusedAddress(host)) throw new PanelError('invalid_config', `${what}: link-local addresses are not called`);
  if (target.protocol !== undefined && target.protocol !== url.protocol) {
    throw new PanelError('invalid_config', `${what}: the server's settings say ${target.protocol.slice(0, -1)}`);
  }
  if (!target.fromServer || !isPrivateTrust(trust)) return publicTrust;
  if (url.protocol !== 'https:')
    throw new PanelError('invalid_config', `${what}: a server with a certificate in its settings is called over https only`);
  return trust;
}

function refuseStopped({ method, url, signals }: OutgoingRequest): void {
  if (signals.some((signal) => signal.aborted)) throw new PanelError('unavailable', `${describe(method, url)}: stopped before it was sent`);
}

interface Answered {
  readonly answer: RawAnswer;
  readonly response: Response;
}

async function answerTo(request: OutgoingRequest, pool: Dispatcher, mostBytes: number): Promise<Answered> {
  const { method, url } = request;
  const unknown = (text: string, cause: unknown) => new PanelError('unknown_outcome', `${describe(method, url)}: ${text}`, { cause });
  try {
    const answer = await decodeAnswer(await exchangeOnce(pool, request, mostBytes), method, mostBytes);
    return { answer, response: responseOf(answer, url) };
  } catch (error) {
    if (error instanceof ExchangeFailure) throw exchangeError(describe(method, url), method, error);
    throw unknown(error instanceof TooLargeError ? 'the answer is too large' : 'the answer cannot be read', error);
  }
}

/** Runs the exchange, and tells the recorder and `afterCall` how it ended. */
async function observed(
  options: FetchOptions,
  request: OutgoingRequest,
  call: EgressCall,
  run: () => Promise<Answered>,
): Promise<Response> {
  const at = new Date().toISOString();
  const began = performance.now();
  const tell = async (answered: Answered | undefined, error: PanelError | undefined) => {
    const durationMs = Math.round(performance.now() - began);
    options.recorder?.record({
      kind: 'http',
      extension: options.extension,
      serverId: options.serverId,
      at,
      durationMs,
      method: request.method,
      url: request.url.href,
      headers: request.headers,
      body: request.body,
      ...(answered && { response: answered.answer }),
      ...(error && { error: { code: error.code, message: error.message } }),
    });
    try {
      if (error) await options.afterCall?.({ durationMs, error }, call);
      else if (answered) await options.afterCall?.({ durationMs, status: answered.answer.status }, call);
    } catch (problem) {
      options.onProblem?.(problem);
    }
  };
  let answered: Answered;
  try {
    answered = await run();
  } catch (error) {
    // The pools are closed: the process is about to end.
    const known = isPanelError(error)
      ? error
      : new PanelError('unavailable', `${describe(request.method, request.url)}: not sent`, { cause: error });
    await tell(undefined, known);
    throw known;
  }
  await tell(answered, undefined);
  return answered.response;
}
