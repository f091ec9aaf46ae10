import { randomBytes } from 'node:crypto';
import type { JsonObject } from '@hostwright/sdk';
import type { SandboxAnswer } from '@hostwright/sdk-testing';
import { failure, success } from '@hostwright/vendor-cloudflare/sandbox';

export interface SandboxRecord {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly content: string;
  readonly ttl: number;
  readonly priority: number | undefined;
  readonly proxied: boolean;
  readonly comment: string | null;
  readonly madeAt: string;
}

const types = ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'TXT'];
const addressTypes = ['A', 'AAAA', 'CNAME'];
const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** 32 hexadecimal characters, as Cloudflare's ids are. */
export function anId(): string {
  return randomBytes(16).toString('hex');
}

/** A refused field of a record: what is wrong stands only in the chain. */
function invalidRecord(code: number, message: string): SandboxAnswer {
  return failure(400, 1004, 'DNS Validation Error', [{ code, message }]);
}

/** One zone and its records, with the rules of DNS that Cloudflare enforces. */
export class SandboxZone {
  readonly id = anId();
  readonly #records = new Map<string, SandboxRecord>();

  constructor(
    readonly name: string,
    readonly accountId: string,
    readonly accountName: string,
  ) {}

  records(): readonly SandboxRecord[] {
    return [...this.#records.values()];
  }

  find(id: string): SandboxRecord | undefined {
    return this.#records.get(id);
  }

  remove(id: string): boolean {
    return this.#records.delete(id);
  }

  /** Applies `POST …/dns_records`. Source: Cloudflare API v4, "DNS records", and the codes listed in the extension's README. */
  create(body: unknown): SandboxAnswer {
    if (typeof body !== 'object' || body === null || Array.isArray(body))
      return failure(400, 1400, 'Unable to decode the JSON request body');
    const given = body as Record<string, unknown>;
    const { type, ttl = 1, priority, proxied = false, comment = null } = given;
    if (typeof type !== 'string' || !types.includes(type)) return invalidRecord(9000, 'DNS record type is invalid.');
    if (typeof given['name'] !== 'string' || given['name'] === '') return invalidRecord(9000, 'DNS name is invalid.');
    if (typeof given['content'] !== 'string') return invalidRecord(9020, 'Content is required.');
    if (typeof ttl !== 'number' || !(ttl === 1 || (Number.isInteger(ttl) && ttl >= 60 && ttl <= 86_400))) {
      return invalidRecord(9021, 'Invalid TTL. Must be between 60 and 86400 seconds, or 1 for Automatic.');
    }
    if (comment !== null && typeof comment !== 'string') return invalidRecord(9000, 'comment is invalid.');
    const name = this.#qualified(given['name']);
    const content = stored(type, given['content']);
    if (content === undefined) return invalidRecord(9005, `Content for ${type} record is invalid.`);
    if (type === 'MX' && !(typeof priority === 'number' && Number.isInteger(priority) && priority >= 0 && priority <= 65_535)) {
      return invalidRecord(9000, 'priority is a required field.');
    }
    const refusal = this.#duplicate(name, type, content);
    if (refusal !== undefined) return refusal;
    const record: SandboxRecord = {
      id: anId(),
      name,
      type,
      content,
      ttl: proxied === true ? 1 : ttl,
      priority: type === 'MX' ? (priority as number) : undefined,
      proxied: proxied === true,
      comment: comment === '' ? null : comment,
      madeAt: new Date().toISOString(),
    };
    this.#records.set(record.id, record);
    return success(answered(record));
  }

  #duplicate(name: string, type: string, content: string): SandboxAnswer | undefined {
    const standing = this.records().filter((record) => record.name === name);
    if (standing.some((record) => record.type === type && record.content === content))
      return failure(400, 81058, 'An identical record already exists.');
    const cname = type === 'CNAME' || standing.some((record) => record.type === 'CNAME');
    if (!cname || standing.length === 0) return undefined;
    if (addressTypes.includes(type) && standing.some((record) => addressTypes.includes(record.type))) {
      return failure(400, 81053, 'An A, AAAA, or CNAME record with that host already exists.');
    }
    return failure(400, 81054, 'A CNAME record with that host already exists.');
  }

  /** `@` and `www` are taken relative to the zone; answers are always fully qualified. */
  #qualified(name: string): string {
    const lower = name.toLowerCase().replace(/\.$/, '');
    if (lower === '@' || lower === this.name) return this.name;
    return lower.endsWith(`.${this.name}`) ? lower : `${lower}.${this.name}`;
  }
}

/** The content as Cloudflare keeps it, undefined when it refuses it: TXT in quotes, IPv6 shortened, names in lower case. */
function stored(type: string, content: string): string | undefined {
  if (type === 'A') return ipv4.test(content) ? content : undefined;
  if (type === 'AAAA') return URL.canParse(`http://[${content}]/`) ? new URL(`http://[${content}]/`).hostname.slice(1, -1) : undefined;
  if (type === 'TXT') {
    if (content === '') return undefined;
    return /^".*"$/s.test(content) ? content : `"${content.replace(/["\\]/g, '\\$&')}"`;
  }
  return /^[a-z0-9_.-]{1,253}\.?$/i.test(content) ? content.toLowerCase().replace(/\.$/, '') : undefined;
}

export function answered(record: SandboxRecord): JsonObject {
  return {
    id: record.id,
    name: record.name,
    type: record.type,
    content: record.content,
    proxiable: addressTypes.includes(record.type),
    proxied: record.proxied,
    ttl: record.ttl,
    settings: {},
    meta: {},
    comment: record.comment,
    tags: [],
    created_on: record.madeAt,
    modified_on: record.madeAt,
    ...(record.comment === null ? {} : { comment_modified_on: record.madeAt }),
    ...(record.priority === undefined ? {} : { priority: record.priority }),
  };
}
