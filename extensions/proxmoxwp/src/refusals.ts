import { PanelError } from '@hostwright/sdk';

/** How long to wait with what Proxmox refuses because something else is at work. */
export const refusedForNowMs = 5000;

/** What a refusal means to us, where that changes what we do next. Texts: pve-container, pve-ha-manager and pve-guest-common. */
export type Condition =
  | 'exists'
  | 'busy_creating'
  | 'missing'
  | 'locked'
  | 'running'
  | 'not_running'
  | 'protected'
  | 'snapshot_exists'
  | 'snapshot_missing'
  | 'snapshot_not_latest'
  | 'modified'
  | 'not_hot'
  | 'disk_larger'
  | 'disk_same'
  | 'no_such_task'
  | 'ha_defined'
  | 'ha_missing'
  | 'placement_defined'
  | 'placement_missing'
  | 'groups_are_rules'
  | 'rules_are_groups';

/** A definite answer that is not the one hoped for, or one that says nothing: `error.code` tells which. */
export interface Refusal {
  readonly condition?: Condition;
  readonly error: PanelError;
}

const conditions: readonly (readonly [RegExp, Condition])[] = [
  [/ha groups have been migrated to rules/i, 'groups_are_rules'],
  [/ha groups have not been migrated yet/i, 'rules_are_groups'],
  [/can't lock file '[^']*pve-config-\d+\.lock' - got timeout/, 'busy_creating'],
  [/\b(?:CT|VM) \d+ already exists/, 'exists'],
  [/Configuration file '[^']*' does not exist/, 'missing'],
  [/\bCT is locked \(/, 'locked'],
  [/\bCT \d+ already running/, 'running'],
  [/\bCT \d+ not running/, 'not_running'],
  [/protection mode enabled/, 'protected'],
  [/snapshot name '[^']*' already used/, 'snapshot_exists'],
  [/snapshot '[^']*' does not exist/, 'snapshot_missing'],
  [/is not most recent snapshot on /, 'snapshot_not_latest'],
  [/detected modified configuration/, 'modified'],
  [/unable to hotplug (?:memory|swap)\b/, 'not_hot'],
  [/unable to shrink disk size/, 'disk_larger'],
  [/disk is already at specified size/, 'disk_same'],
  [/no such task/, 'no_such_task'],
  [/resource ID '[^']*' already defined/, 'ha_defined'],
  [/no such resource '|cannot delete service '[^']*', not HA managed/, 'ha_missing'],
  [/HA rule '[^']*' already defined|group ID '[^']*' already defined/, 'placement_defined'],
  [/no such ha rule '|no such ha group '/, 'placement_missing'],
];

/** Refusals that only an admin can mend, by their text. */
const misconfigured: readonly RegExp[] = [
  /storage '[^']*' does not exist/,
  /volume '[^']*' does not exist/,
  /storage '[^']*' is not (?:available|online)/,
  /storage '[^']*' does not support/,
  /unable to (?:parse|find) (?:volume|template)/i,
  /no such bridge|bridge '[^']*' does not exist/i,
  /no such cluster node|hostname lookup '[^']*' failed/,
  /non-existent node\(s\)/,
  /Permission check failed/,
  /snapshot feature is not available/,
];

/** Refusals that pass by themselves, and before which nothing was done. */
const passing: readonly RegExp[] = [/no quorum\?/, /got lock request timeout/];

/** The condition that a text of Proxmox names, wherever it stands: status line, message, parameter error or a task's exit. */
function conditionOf(reason: string): Condition | undefined {
  return conditions.find(([pattern]) => pattern.test(reason))?.[1];
}

export interface FailedReply {
  /** Method and path, for the message. */
  readonly call: string;
  /** True when the call can change nothing, so that a lost answer does no harm. */
  readonly reads: boolean;
  readonly status: number;
  readonly statusText: string;
  /** The body as text; need not be JSON. */
  readonly body: string;
  readonly retryAfter?: string | null;
}

/**
 * A reply that is not 200 as a refusal. Reads the body's `message` and `errors` and the status text, because servers differ in
 * which of them they fill and a front proxy drops the last.
 * Source: pve-http-server `AnyEvent.pm` and `Formatter/Standard.pm`, pve-common `Exception.pm`.
 */
export function refusalOf(reply: FailedReply): Refusal {
  const reason = reasonOf(reply);
  const condition = conditionOf(reason);
  const error = new PanelError(codeOf(reply, reason, condition), messageOf(reply, reason), {
    retryAfterMs: retryAfterMs(reply, condition),
    ...fieldOf(reply),
  });
  return condition === undefined ? { error } : { condition, error };
}

/** Proxmox answers 401 to a token that it does not take, and 403 to one that lacks a privilege. */
function fieldOf({ status }: FailedReply): { readonly field?: string } {
  return status === 401 ? { field: 'tokenSecret' } : status === 403 ? { field: 'tokenId' } : {};
}

function codeOf(reply: FailedReply, reason: string, condition: Condition | undefined): PanelError['code'] {
  const { status } = reply;
  if (status === 401 || status === 403) return 'invalid_config';
  if (status === 429 || status === 595) return 'unavailable';
  if (condition !== undefined && status < 502) return codeOfCondition(condition);
  if (status === 400) return 'invalid_config';
  if (status === 404 || status === 501) return 'unsupported';
  if (status >= 300 && status < 400) return 'invalid_config';
  if (status >= 400 && status < 500) return 'rejected';
  if (status === 500 && misconfigured.some((pattern) => pattern.test(reason))) return 'invalid_config';
  if (status === 500 && passing.some((pattern) => pattern.test(reason))) return 'unavailable';
  return reply.reads ? 'unavailable' : 'unknown_outcome';
}

function codeOfCondition(condition: Condition): PanelError['code'] {
  switch (condition) {
    case 'locked':
    case 'modified':
    // The container is on another node, or gone: the next attempt looks it up anew, and knows.
    case 'missing':
      return 'unavailable';
    case 'exists':
    case 'busy_creating':
    case 'snapshot_exists':
    case 'ha_defined':
    case 'placement_defined':
      // Somebody's, perhaps ours from a call whose answer was lost: to be looked at before anything else.
      return 'unknown_outcome';
    case 'no_such_task':
    case 'ha_missing':
    case 'placement_missing':
    case 'snapshot_missing':
      return 'not_found';
    default:
      return 'rejected';
  }
}

function reasonOf(reply: FailedReply): string {
  const parts: string[] = [];
  const parsed = parseObject(reply.body);
  if (typeof parsed?.['message'] === 'string') parts.push(parsed['message'].trim());
  const errors = parsed?.['errors'];
  if (typeof errors === 'object' && errors !== null) {
    for (const [name, text] of Object.entries(errors)) parts.push(`${name}: ${String(text).trim()}`);
  }
  const line = reply.statusText.trim();
  if (line !== '' && !parts.some((part) => part.includes(line))) parts.push(line);
  return parts.join('; ');
}

function messageOf(reply: FailedReply, reason: string): string {
  const said = reason === '' ? '' : `: ${reason.slice(0, 500)}`;
  if (reply.status === 401) return `Proxmox refused the API token${said}`;
  if (reply.status === 403) return `the API token may not do this${said}`;
  if (reply.status === 501 || reply.status === 404) return `${reply.call}: this server does not know the call; is it Proxmox VE 8 or 9?`;
  return `${reply.call}: ${reply.status}${said}`;
}

function retryAfterMs(reply: FailedReply, condition: Condition | undefined): number | undefined {
  const seconds = Number(reply.retryAfter ?? Number.NaN);
  if (Number.isFinite(seconds) && seconds >= 0) return Math.min(seconds, 3600) * 1000;
  return condition === 'locked' || condition === 'missing' ? refusedForNowMs : undefined;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    // Front proxies answer with a page of their own; the status says enough.
    return undefined;
  }
}

/**
 * How a task ended, from its exit status. `OK` and `WARNINGS: n` are success; `unexpected status` means that the worker vanished
 * and nobody knows; anything else is the reason of a definite failure. What is refused inside a task because something else is at work,
 * such as a backup, was refused for now only: `unavailable`, with when to try again.
 * Source: pve-common `UPID.pm`.
 */
export function taskEnd(what: string, exitStatus: string): 'ok' | 'unknown' | Refusal {
  if (exitStatus === 'OK' || /^WARNINGS: [1-9]\d*$/.test(exitStatus)) return 'ok';
  if (exitStatus === 'unexpected status') return 'unknown';
  const condition = conditionOf(exitStatus);
  const code =
    condition !== undefined
      ? codeOfCondition(condition)
      : misconfigured.some((pattern) => pattern.test(exitStatus))
        ? 'invalid_config'
        : passing.some((pattern) => pattern.test(exitStatus))
          ? 'unavailable'
          : 'rejected';
  const error = new PanelError(code, `${what}: ${exitStatus.slice(0, 500)}`, {
    retryAfterMs: code === 'unavailable' ? refusedForNowMs : undefined,
  });
  return condition === undefined ? { error } : { condition, error };
}
