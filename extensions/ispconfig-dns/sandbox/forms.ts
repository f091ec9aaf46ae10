import type { JsonObject } from '@hostwright/sdk';

/*
 * What ISPConfig's forms refuse. Source: `interface/web/dns/form/*.tform.php` @ 47fb178. Only what the contract states; where it says
 * nothing, anything is taken.
 */

/** Types that have methods, as they stand in the methods' names. */
export const recordMethodTypes: readonly string[] = 'a aaaa alias caa cname dname hinfo loc mx naptr ns ptr rp srv sshfp tlsa txt'.split(
  ' ',
);

export const zoneFields = [
  ...['server_id', 'origin', 'ns', 'mbox', 'serial', 'refresh', 'retry', 'expire', 'minimum', 'ttl', 'active', 'xfer', 'also_notify'],
  ...['update_acl', 'dnssec_wanted'],
] as const;
export const recordFields = ['server_id', 'zone', 'name', 'type', 'data', 'aux', 'ttl', 'active', 'stamp', 'serial'] as const;

/** A row as the database keeps and answers it: every value is text. */
export type Row = Readonly<Record<string, string>>;

const absolute = /^(?=.{2,255}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+$/i;
const relativeName = /^(?:@|\*|(?:\*\.)?[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*\.?)?$/i;
const target = /^[a-z0-9._-]{1,255}$/i;
const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** The fields a form knows, as text. What is left out stays out. */
export function rowOf(params: unknown, fields: readonly string[]): Row {
  const given = typeof params === 'object' && params !== null ? (params as JsonObject) : {};
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = given[field];
      return typeof value === 'string' || typeof value === 'number' ? [[field, String(value)]] : [];
    }),
  );
}

/** Keys of what the zone form refuses. */
export function zoneProblems(row: Row, servers: readonly number[]): readonly string[] {
  const problems: string[] = [];
  if (!servers.includes(Number(row['server_id']))) problems.push('server_id_error_empty');
  if (!absolute.test(row['origin'] ?? '')) problems.push('origin_error_regex');
  if (!absolute.test(row['ns'] ?? '')) problems.push('ns_error_regex');
  if (!absolute.test(row['mbox'] ?? '')) problems.push('mbox_error_regex');
  for (const field of ['refresh', 'retry', 'expire', 'minimum', 'ttl']) if (!isTime(row[field])) problems.push(`${field}_range_error`);
  return problems;
}

/** Keys of what the record form of a type refuses. */
export function recordProblems(row: Row, type: string, servers: readonly number[]): readonly string[] {
  const problems: string[] = [];
  const { name = '', data = '' } = row;
  if (!servers.includes(Number(row['server_id']))) problems.push('server_id_error_empty');
  if (row['name'] === undefined || !relativeName.test(name) || (type === 'a' && name.length > 64)) problems.push('name_error_regex');
  if (row['type'] !== type.toUpperCase()) problems.push('type_error');
  if (data === '') problems.push('data_error_empty');
  else if (!isData(type, data)) problems.push('data_error_regex');
  if (!isTime(row['ttl'])) problems.push('ttl_range_error');
  return problems;
}

function isTime(text: string | undefined): boolean {
  return text !== undefined && /^\d{1,10}$/.test(text) && Number(text) >= 60;
}

function isData(type: string, data: string): boolean {
  if (type === 'a') return ipv4.test(data);
  if (type === 'aaaa') return URL.canParse(`http://[${data}]/`);
  if (type === 'txt') return data.length <= 512;
  return ['cname', 'ns', 'mx', 'alias'].includes(type) ? target.test(data) : true;
}
