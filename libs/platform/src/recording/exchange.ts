import type { ErrorCode } from '@hostwright/sdk';

/** Whose call it was. */
export interface ExchangeOrigin {
  /** Extension id. */
  readonly extension: string;
  readonly serverId: string;
}

/** A failed call, as its caller was told. */
export interface ExchangeError {
  readonly code: ErrorCode;
  readonly message: string;
}

/** One HTTP request that left, and what came back. Bodies are text; header names are in lower case. */
export interface HttpExchange extends ExchangeOrigin {
  readonly kind: 'http';
  /** When the request began, ISO 8601 in UTC. */
  readonly at: string;
  readonly durationMs: number;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
  /** Absent when there was no answer. */
  readonly response?: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string | readonly string[]>>;
    readonly body: Uint8Array;
  };
  readonly error?: ExchangeError;
}

/** One remote command. Its script is a constant, so its hash says which one it was; of its data only the names are kept. */
export interface SshExchange extends ExchangeOrigin {
  readonly kind: 'ssh';
  /** When the run began, ISO 8601 in UTC. */
  readonly at: string;
  readonly durationMs: number;
  /** Name of the target as the module gave it. */
  readonly target: string;
  /** SHA-256 of the script in hexadecimal. */
  readonly scriptSha256: string;
  readonly dataNames: readonly string[];
  /** What the run was given; taken out of its output and never written. */
  readonly dataValues: readonly string[];
  readonly result?: { readonly exitCode: number; readonly stdout: string; readonly stderr: string };
  readonly error?: ExchangeError;
}

export type Exchange = HttpExchange | SshExchange;

/** Keeps what was said between us and providers. Never throws and never delays the call it is told of. */
export abstract class Recorder {
  abstract record(exchange: Exchange): void;
}
