import type { JsonObject } from '@hostwright/sdk';
import { CallLog } from '../call-log.js';
import { SandboxClock } from '../clock.js';
import { FaultSwitches } from '../fault-switches.js';
import type { SandboxParts } from '../sandbox-parts.js';
import type { Fault, LedgerEntry, RunningSandbox } from '../sandbox.js';
import { makeTlsIdentity } from './certificate.js';
import { controlRoutes } from './control-routes.js';
import { json, type SandboxAnswer, type SandboxRequest, type SandboxRoute } from './exchange.js';
import { listenOnLoopback } from './loopback-server.js';
import { providerListener } from './provider-listener.js';
import type { ProviderAnswers } from './provider-answers.js';
import { Router } from './router.js';

export interface HttpSandboxOptions {
  readonly parts: SandboxParts;
  readonly routes: readonly SandboxRoute[];
  readonly answers: ProviderAnswers;
  /** What is alive at the provider now. */
  readonly ledger: () => readonly LedgerEntry[];
  /** Runs before the route, as authentication does; its answer, if any, is the answer. */
  readonly before?: (request: SandboxRequest) => SandboxAnswer | undefined | Promise<SandboxAnswer | undefined>;
  /** https with a certificate made at the start. Default: plain http. */
  readonly tls?: boolean;
  /** Default: a free one. */
  readonly port?: number | undefined;
  /** What a call takes the provider when its route does not say. Milliseconds at speed 1. Default 20. */
  readonly latencyMs?: number;
  /** What a fault's `path` is matched with, and the log shows, where the provider takes many calls at one path. Default: the path. */
  readonly callName?: (url: URL) => string;
  /** Default 1 MiB. */
  readonly maxBodyBytes?: number;
  /** More calls for the control API, such as `POST /quota`. */
  readonly control?: readonly SandboxRoute[];
}

export interface HttpSandbox {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** `http://127.0.0.1:PORT`, or https. */
  readonly url: string;
  /** With `tls`: the certificate's SHA-256 in hexadecimal with colons. */
  readonly tlsFingerprint: string | undefined;
  /** With `tls`: the certificate, PEM. */
  readonly certificate: string | undefined;
  readonly controlUrl: string;
  /** The running sandbox as `Sandbox.start` answers it. `stopAlso` ends what else the provider runs, such as an SSH node. */
  running(settings: { readonly server: JsonObject; readonly product?: JsonObject; stopAlso?(): Promise<void> }): InspectedSandbox;
  stop(): Promise<void>;
}

/** What this kit's sandboxes add to `RunningSandbox`. */
export interface InspectedSandbox extends RunningSandbox {
  /** Faults that were armed and are still to be shown. Also `GET /faults`. */
  pendingFaults(): readonly Fault[];
  /** What a caller did that it must never do, in words. Empty after a clean test. Also `GET /violations`. */
  violations(): readonly string[];
}

/** Starts a provider's HTTP API and its control API, each on a port of its own on 127.0.0.1. */
export async function startHttpSandbox(options: HttpSandboxOptions): Promise<HttpSandbox> {
  const { parts } = options;
  const violate = (what: string): void => void parts.violations.push(what);
  const tls = options.tls ? await makeTlsIdentity('sandbox') : undefined;
  const provider = await listenOnLoopback(
    providerListener({
      ...parts,
      router: new Router(options.routes),
      answers: options.answers,
      latencyMs: options.latencyMs ?? 20,
      maxBodyBytes: options.maxBodyBytes ?? 1024 * 1024,
      before: options.before,
      callName: options.callName ?? pathOf,
      violate,
    }),
    options.port ?? 0,
    tls,
  );
  const inspect = {
    ledger: options.ledger,
    calls: () => parts.calls.list(),
    violations: () => [...parts.violations],
    fault: (fault: Fault) => parts.faults.add(fault),
    pendingFaults: () => parts.faults.pending(),
    clearFaults: () => parts.faults.clear(),
  };
  const control = await startControl([...controlRoutes(inspect), ...(options.control ?? [])], violate);
  const stop = async (): Promise<void> => {
    parts.clock.stop();
    await Promise.all([provider.stop(), control.stop()]);
  };
  const controlUrl = `http://127.0.0.1:${control.port}`;
  return {
    host: '127.0.0.1',
    port: provider.port,
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${provider.port}`,
    tlsFingerprint: tls?.fingerprint,
    certificate: tls?.certificate,
    controlUrl,
    running: ({ server, product, stopAlso }) => ({
      ...inspect,
      server,
      product: product ?? {},
      controlUrl,
      stop: async () => void (await Promise.all([stop(), stopAlso?.()])),
    }),
    stop,
  };
}

const pathOf = (url: URL): string => url.pathname;

/** The control API goes through the same machinery, with no faults and no latency of its own. */
function startControl(routes: readonly SandboxRoute[], violate: (what: string) => void): ReturnType<typeof listenOnLoopback> {
  return listenOnLoopback(
    providerListener({
      router: new Router(routes),
      answers: {
        internalError: () => json(500, { error: 'the sandbox failed; see /violations' }),
        notFound: () => json(404, { error: 'no such control call' }),
      },
      faults: new FaultSwitches(),
      calls: new CallLog(1),
      clock: new SandboxClock(0),
      latencyMs: 0,
      maxBodyBytes: 1024 * 1024,
      before: undefined,
      callName: pathOf,
      violate,
    }),
    0,
  );
}
