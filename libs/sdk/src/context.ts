import type { Fetch, HttpSignal } from './http.js';
import type { JsonObject } from './json.js';
import type { CertificateCalls } from './certificate.js';
import type { DnsCalls } from './dns.js';
import type { ProxyCalls } from './proxy.js';
import type { Resolve } from './resolve.js';
import type { SiteCalls } from './site.js';

/** Writes to the panel's log, with secrets masked by value. */
export interface Log {
  info(message: string, details?: JsonObject): void;
  warn(message: string, details?: JsonObject): void;
  error(message: string, details?: JsonObject): void;
}

/** Randomness that the host can replay in tests. */
export interface Random {
  /** Uniform, `0 <= n < below`. */
  integer(below: number): number;
  /** `bytes` random bytes in lower-case hexadecimal. */
  hex(bytes: number): string;
}

/** Where a remote command runs, from the module's own server settings. */
export interface SshTarget {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  /** PEM or OpenSSH private key. */
  readonly privateKey: string;
  /** OpenSSH SHA-256 fingerprint of the host key. Without the right one there is no connection. */
  readonly hostKey: string;
}

export interface SshResult {
  readonly exitCode: number;
  /** At most 1 MiB each; more is cut. */
  readonly stdout: string;
  readonly stderr: string;
}

export interface Ssh {
  /**
   * Runs a constant script on a target named by the module's `ssh`. The script is the remote command, so it must hold no data.
   * `data` arrives on its standard input, one line per value: the name, a space, the value in base64; then an empty line.
   * Values are strings, numbers or secrets' plain text; they appear in no argv, no log and no recording.
   * Throws: `unavailable` when the connection was refused; `invalid_config` when the host key is not the pinned one, no key is
   * pinned or the log-in was refused; `unknown_outcome` when the connection was lost or the deadline passed after the script was sent.
   * A non-zero exit code is an answer, not an error.
   */
  run(
    target: string,
    script: string,
    data: Readonly<Record<string, string | number>>,
    options?: { readonly timeoutMs?: number },
  ): Promise<SshResult>;
}

/** Another service of the same customer. */
export interface OtherService {
  readonly serviceId: string;
  /** The module's product settings it has; with a change of package under way there is an entry for each of the two. */
  readonly product: JsonObject;
}

/** Whose service it is: for a module whose services of one customer share something at the provider, or that has to know what is his. */
export interface CustomerFacts {
  /** `hw-<installation>-c<customer>`: the mark of what is shared. As `owner`: at most 60 characters, counts only on exact match. */
  readonly mark: string;
  /** His other services on this server, those being made included, those being ended or rolled back, and those whose making failed, not. */
  readonly others: readonly OtherService[];
  /**
   * Domains that lead to his services and bear the panel's text in their DNS, which nobody but their owner could write; whatever server. Lower
   * case, in ASCII. Names below them are his too.
   */
  readonly domains: readonly string[];
}

/**
 * Everything an extension touches. `fetch`, `ssh`, `resolve`, `customer`, `now` and `random` work inside a step only (in `find`, `run`, `until`,
 * `undo`, `sweep`) and in reads such as `inspect`; anywhere else they throw, because the code between steps is replayed after a crash.
 */
export interface Ctx {
  /** Our mark, `hw-<installation>-<service>`: `[a-z0-9-]`, at most 60 characters. Counts only on exact match. */
  readonly owner: string;
  /**
   * Marks of the services that this one is added to, the nearest first; empty for one that stands by itself. What bears one of them is the
   * same customer's: an add-on may put something of its own into it, such as a record into a zone, and changes or removes nothing else of it.
   */
  readonly above: readonly string[];
  /** Aborted when the worker lost its lease or stops. */
  readonly signal: HttpSignal;
  readonly log: Log;
  readonly random: Random;
  readonly fetch: Fetch;
  readonly ssh: Ssh;
  readonly resolve: Resolve;
  /** As it is now: what it answered stands in the journal, so ask again before taking down what is shared. Of a server's reads: `not_found`. */
  customer(): Promise<CustomerFacts>;
  /** The time now, ISO 8601 in UTC. */
  now(): string;
  /** The dns module the reseller connected. Each call is a sub-operation: give it to `step`. */
  readonly dns: DnsCalls;
  /** The proxy module the reseller connected. */
  readonly proxy: ProxyCalls;
  /** The certificate module the reseller connected. */
  readonly certificates: CertificateCalls;
  /** The customer's site that this service is for, whichever module serves it. */
  readonly site: SiteCalls;
}
