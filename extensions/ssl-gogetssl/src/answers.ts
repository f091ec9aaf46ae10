import { PanelError, type ValidationRecord } from '@hostwright/sdk';

/** `not set`: nothing was asked of that name yet. */
export type NameState = 'not set' | 'pending' | 'validated';

export interface RemoteName {
  readonly name: string;
  readonly state: NameState;
  readonly record: ValidationRecord | undefined;
}

export type OrderState =
  'active' | 'cancelled' | 'expired' | 'incomplete' | 'new_order' | 'unpaid' | 'pending' | 'processing' | 'reissue' | 'rejected';

export interface RemoteOrder {
  readonly id: string;
  readonly state: OrderState;
  readonly domain: string;
  readonly csr: string;
  /** PEM; empty while there is none. */
  readonly certificate: string;
  readonly chain: string;
  /** ISO 8601. */
  readonly validTo: string | undefined;
  readonly paidTo: string | undefined;
  readonly names: readonly RemoteName[];
}

const states: readonly string[] = [
  'active',
  'cancelled',
  'expired',
  'incomplete',
  'new_order',
  'unpaid',
  'pending',
  'processing',
  'reissue',
  'rejected',
];

type Value = Readonly<Record<string, unknown>>;

export function readOrderId(value: Value, what: string): string {
  return digits(value['order_id'], what, 'order_id');
}

export function readOrder(value: Value, what: string): RemoteOrder {
  const domain = text(value['domain']).toLowerCase();
  const main: RemoteName = {
    name: domain,
    state: nameStates[text(value['dcv_status'])] ?? 'not set',
    record: recordIn(value['approver_method']),
  };
  const others = list(value['san']).map((san): RemoteName => ({
    name: text(san['san_name']).toLowerCase(),
    state: nameStates[text(san['status'])] ?? 'not set',
    record: recordIn(san['validation']),
  }));
  return {
    id: readOrderId(value, what),
    state: stateIn(value['status'], what),
    domain,
    csr: text(value['csr_code']),
    certificate: text(value['crt_code']),
    chain: text(value['ca_code']),
    validTo: dateIn(value['valid_till']),
    paidTo: dateIn(value['end_date']) ?? dateIn(value['valid_till']),
    names: [main, ...others].filter(({ name }) => name !== ''),
  };
}

/** Order id → state; those that GoGetSSL says nothing of that we know are left out. */
export function readStates(value: Value, what: string): ReadonlyMap<string, OrderState> {
  if (!Array.isArray(value['certificates'])) throw strange(what, 'certificates');
  const told = list(value['certificates']).map(({ order_id: id, status }) => [text(id), text(status).toLowerCase()] as const);
  return new Map(told.filter((one): one is [string, OrderState] => states.includes(one[1])));
}

/** Ids of the orders on one page of the list. What else it tells of them is not published. */
export function readList(value: Value, what: string): readonly string[] {
  if (!Array.isArray(value['orders'])) throw strange(what, 'orders');
  return list(value['orders']).map((one) => readOrderId(one, what));
}

/** Throws `unknown_outcome` for an answer that does not say that it worked. */
export function requireSuccess(value: Value, what: string): void {
  if (!isTrue(value['success'])) throw strange(what, 'success');
}

export function readKey(value: Value, what: string): string {
  const key = text(value['key']);
  if (!/^[\x21-\x7e]{8,512}$/.test(key)) throw strange(what, 'key');
  return key;
}

export function readBalance(value: Value, what: string): { readonly balance: number; readonly currency: string } {
  const balance = Number(text(value['balance']));
  if (!Number.isFinite(balance)) throw strange(what, 'balance');
  return { balance, currency: text(value['currency']) };
}

export function readPrice({ product }: Value, months: number): number | undefined {
  const { prices } = (product ?? {}) as Value;
  const { vendor } = (prices ?? {}) as Value;
  const price = Number(text((vendor as Value | null | undefined)?.[String(months)]) || Number.NaN);
  return Number.isFinite(price) ? price : undefined;
}

const nameStates: Readonly<Record<string, NameState>> = { '0': 'not set', '1': 'pending', '2': 'validated' };

/**
 * `_4e38….example.com CNAME 7a16….sectigo.com`, or `_dnsauth.example.com. IN   TXT "value"` with DigiCert's brands. Both end up in the
 * DNS, so nothing but a name and what such records hold is taken.
 */
export function parseRecord(line: string): ValidationRecord | undefined {
  const [, name, , type, given] = /^\s*(\S+)\s+(\d+\s+)?(?:IN\s+)?(CNAME|TXT)\s+(.+?)\s*$/i.exec(line) ?? [];
  if (name === undefined || type === undefined || given === undefined) return undefined;
  const kind = type.toUpperCase() as ValidationRecord['type'];
  const content = given.replace(/^"(.*)"$/, '$1');
  const plain = (host: string): string => host.toLowerCase().replace(/\.$/, '');
  if (!host.test(plain(name))) return undefined;
  if (kind === 'CNAME') return host.test(plain(content)) ? { name: plain(name), type: kind, content: plain(content) } : undefined;
  return /^[\x20\x21\x23-\x7e]{1,255}$/.test(content) ? { name: plain(name), type: kind, content } : undefined;
}

const host = /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}$/;

function recordIn(value: unknown): ValidationRecord | undefined {
  const dns = (value as Value | null | undefined)?.['dns'];
  const line = (dns as Value | null | undefined)?.['record'];
  return typeof line === 'string' ? parseRecord(line) : undefined;
}

/** `2027-01-31`, its end; `0000-00-00` and nothing mean none. */
function dateIn(value: unknown): string | undefined {
  const day = text(value).slice(0, 10);
  return /^(?!0000)\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day)) ? `${day}T23:59:59.000Z` : undefined;
}

function stateIn(value: unknown, what: string): OrderState {
  const state = text(value).toLowerCase();
  if (!states.includes(state)) throw strange(what, 'status');
  return state as OrderState;
}

function digits(value: unknown, what: string, name: string): string {
  const id = text(value);
  if (!/^\d{1,20}$/.test(id)) throw strange(what, name);
  return id;
}

/** `true`, 1 and the like. */
export function isTrue(value: unknown): boolean {
  return value === true || value === 1 || value === '1' || value === 'true';
}

/** Ids and dates come as texts and as numbers. */
function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
}

function list(value: unknown): readonly Value[] {
  return Array.isArray(value) ? value.filter((one): one is Value => typeof one === 'object' && one !== null) : [];
}

function strange(what: string, name: string): PanelError {
  return new PanelError('unknown_outcome', `${what}: GoGetSSL's answer has no ${name} that can be read`);
}
