import type { JsonObject } from '@hostwright/sdk';

/**
 * A fault a sandbox can be told to show, on the next matching calls:
 * - `ghost_success`: the call is applied, and answered as the provider's internal error
 * - `late_success`: answered as an internal error at once, applied `delayMs` later
 * - `lost_reply`: applied, then the connection is cut without an answer
 * - `error_before`: the provider's internal error; nothing applied
 * - `error_after`: as `ghost_success`, with a gateway's 502 page instead of the provider's own shape
 * - `too_many_requests`: 429, with `retry-after` where the provider is known to send it; nothing applied
 * - `malformed`: applied, and answered 200 with a body cut in the middle
 * - `wrong_shape`: applied, and answered 200 with JSON of another shape
 * - `hang`: nothing applied and no answer until the caller gives up
 * - `slow`: applied, and answered as it should be, `delayMs` later
 * - `wrong_owner`: what the call reads bears a stranger's mark
 * - `refuse`: the connection is closed before anything is read
 */
export const faultKinds = [
  'ghost_success',
  'late_success',
  'lost_reply',
  'error_before',
  'error_after',
  'too_many_requests',
  'malformed',
  'wrong_shape',
  'hang',
  'slow',
  'wrong_owner',
  'refuse',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/**
 * The faults that a call shows at once and that have no after-effect: the same call, made again, tells what is so. Left out are
 * `late_success`, which still applies something later, `hang` and `slow`, which take their time, and `wrong_owner`, which is for a person.
 */
export const passingFaults: readonly FaultKind[] = faultKinds.filter(
  (kind) => !['late_success', 'hang', 'slow', 'wrong_owner'].includes(kind),
);

/** Default of `Fault.delayMs`. */
export const lateByMs = 300;

export interface Fault {
  readonly kind: FaultKind;
  /** HTTP method, or `SSH`; any when left out. */
  readonly method?: string;
  /** Regular expression over the path without the query (over the script's name with SSH); any when left out. */
  readonly path?: string;
  /**
   * Regular expression over what tells a call from others of the same path: the value of its header `x-sandbox-mark`, or with SSH its
   * values, a line `name value` each, in the order they came. Any when left out.
   */
  readonly mark?: string;
  /** How many matching calls show it. Default 1. */
  readonly times?: number;
  /** How many matching calls pass before it shows. Default 0. */
  readonly after?: number;
  /** With `late_success`: when it is applied; with `slow`: by how much the answer is late. Default 300 ms. */
  readonly delayMs?: number;
}

/** One live resource at the provider. `id` is unique within its kind. */
export interface LedgerEntry {
  readonly kind: string;
  readonly id: string;
  /** The owner mark it bears, wherever the module puts it. */
  readonly owner?: string;
  /** What it is part of and goes with, such as `site 12`: the kind and the id of another entry. */
  readonly within?: string;
  readonly details?: JsonObject;
}

/** One call as the sandbox saw it, secrets left out. */
export interface SandboxCall {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  /** Absent when no answer was sent. */
  readonly status?: number;
  readonly fault?: FaultKind;
}

export interface SandboxOptions {
  /** 1: as long as the provider takes; 0.01: a hundredth of it. Default 0.01. */
  readonly speed?: number;
  /** Port of the provider's API on 127.0.0.1. Default: a free one. */
  readonly port?: number;
  /** Where the provider has several behaviours, such as `8` and `9`. Default: the newest. */
  readonly version?: string;
}

export interface RunningSandbox {
  /** Settings of the module's `server` fields that reach this sandbox, secrets included. */
  readonly server: JsonObject;
  /** Settings that suit the module's `product` fields here; empty where it has none. */
  readonly product: JsonObject;
  /** Address of the control API: `GET /ledger`, `GET /calls`, `POST /faults` (a `Fault`), `DELETE /faults`. For other processes. */
  readonly controlUrl: string;
  ledger(): readonly LedgerEntry[];
  calls(): readonly SandboxCall[];
  fault(fault: Fault): void;
  clearFaults(): void;
  stop(): Promise<void>;
}

/** A provider, small, with faults that can be switched on. The default export of an extension's `sandbox/index.ts`. */
export interface Sandbox {
  /** As the extension. */
  readonly id: string;
  /** What it needs and this machine lacks, such as `pebble is not installed`; undefined when it can be started. */
  readonly missing?: string | undefined;
  start(options?: SandboxOptions): Promise<RunningSandbox>;
}

export function defineSandbox(sandbox: Sandbox): Sandbox {
  return sandbox;
}
