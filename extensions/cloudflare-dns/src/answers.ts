import { asId, asObject, asText, maybeObject, maybeText, odd } from '@hostwright/vendor-cloudflare';

/*
 * What we read of Cloudflare's answers, checked field by field: an answer of another shape is never taken for a success.
 * Source: npm cloudflare 7.3.0, `zones.list`, `dns.records.*`, `user.tokens.verify`.
 */

export interface Zone {
  readonly id: string;
  readonly name: string;
  readonly accountId: string | undefined;
  /** Empty when Cloudflare does not tell. */
  readonly accountName: string;
  readonly status: string;
  readonly paused: boolean;
  /** Such as `#dns_records:edit`; undefined when Cloudflare does not tell. */
  readonly permissions: readonly string[] | undefined;
}

export interface RemoteRecord {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  /** As Cloudflare stores it: TXT in quotes. */
  readonly content: string;
  /** Seconds; 1 is automatic. */
  readonly ttl: number;
  readonly priority: number | undefined;
  readonly comment: string | undefined;
}

export function readZone(value: unknown, what: string): Zone {
  const zone = asObject(value, what);
  const account = maybeObject(zone, 'account', what);
  const permissions = zone['permissions'];
  return {
    id: asId(zone, what),
    name: asText(zone, 'name', what).toLowerCase(),
    accountId: 'id' in account ? asId(account, what) : undefined,
    accountName: maybeText(account, 'name', what) ?? '',
    status: typeof zone['status'] === 'string' ? zone['status'] : 'unknown',
    paused: zone['paused'] === true,
    permissions: Array.isArray(permissions) ? permissions.filter((each): each is string => typeof each === 'string') : undefined,
  };
}

export function readRecord(value: unknown, what: string): RemoteRecord {
  const record = asObject(value, what);
  const { ttl, priority, comment, content } = record;
  if (typeof ttl !== 'number' || !Number.isInteger(ttl)) throw odd(what, 'ttl');
  // Records of structured types, such as CAA, may come without `content`; we keep none of those.
  if (content !== undefined && typeof content !== 'string') throw odd(what, 'content');
  if (priority !== undefined && priority !== null && typeof priority !== 'number') throw odd(what, 'priority');
  if (comment !== undefined && comment !== null && typeof comment !== 'string') throw odd(what, 'comment');
  return {
    id: asId(record, what),
    name: asText(record, 'name', what).toLowerCase(),
    type: asText(record, 'type', what),
    content: content ?? '',
    ttl,
    priority: priority ?? undefined,
    comment: comment ?? undefined,
  };
}

/** The id a deletion answers with. */
export function readDeleted(value: unknown, what: string): string {
  return asId(asObject(value, what), what);
}

/** `active`, `expired` or `disabled`. */
export function readTokenStatus(value: unknown, what: string): string {
  return asText(asObject(value, what), 'status', what);
}
