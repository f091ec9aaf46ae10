import { PanelError, retryAfterMsOf } from '@hostwright/sdk';
import { refusalOf, type Exchange } from './refusal.js';

/**
 * An answer that is no refusal. Most come as `errorCode=0&orderNumber=…`; some calls know only lines, the number in the first of them.
 */
export interface Answer {
  readonly what: string;
  /** 0 or more. What more than 0 means depends on the call; with an order 1 is as good as 0. */
  readonly number: number;
  readonly fields: URLSearchParams;
  /** As it came. */
  readonly text: string;
}

/**
 * Throws: `unavailable` (throttled, being issued), `invalid_config` (credentials, credit, settings), `rejected`, each as a `Refusal`;
 * `unknown_outcome` for a 5xx and for whatever cannot be read, because the call may have been carried out.
 */
export function openAnswer({ what, status, headers, text }: Exchange): Answer {
  if (status === 429) throw new PanelError('unavailable', `${what}: Sectigo asks to slow down`, { retryAfterMs: retryAfterMsOf(headers) });
  if (status >= 400) throw new PanelError('unknown_outcome', `${what}: Sectigo answered ${status}`);
  const { number, said, fields } = encoded(text) ?? lines(text) ?? {};
  if (number === undefined || fields === undefined) throw new PanelError('unknown_outcome', `${what}: Sectigo's answer cannot be read`);
  if (number < 0) throw refusalOf(what, number, said ?? '');
  return { what, number, fields, text };
}

interface Read {
  readonly number: number;
  readonly said: string;
  readonly fields: URLSearchParams;
}

function encoded(text: string): Read | undefined {
  if (!/^\s*errorCode=-?\d{1,6}\s*(?:&|$)/.test(text)) return undefined;
  const fields = new URLSearchParams(text.trim());
  const said = [fields.get('errorMessage'), fields.get('errorDetail'), fields.get('errorItem')].filter(Boolean).join('; ');
  return { number: Number(fields.get('errorCode')), said, fields };
}

function lines(text: string): Read | undefined {
  const [first = '', second = ''] = text.trim().split(/\r?\n/);
  return /^-?\d{1,6}$/.test(first.trim()) ? { number: Number(first), said: second.trim(), fields: new URLSearchParams() } : undefined;
}

export interface RemoteReference {
  readonly orderNumber: string;
  readonly certificateId?: string;
}

/** The numbers of a new order, or of a reissue of one. */
export function readReference(answer: Answer, known?: string): RemoteReference {
  const orderNumber = known ?? wholeNumber(answer, 'orderNumber');
  if (orderNumber === undefined) throw strange(answer.what, 'orderNumber');
  const certificateId = wholeNumber(answer, 'certificateID');
  return { orderNumber, ...(certificateId === undefined ? {} : { certificateId }) };
}

/** A number that the answer ends with may have been cut, and is none. */
function wholeNumber({ text }: Answer, name: string): string | undefined {
  return new RegExp(`&${name}=(\\d{1,20})&`).exec(text)?.[1];
}

export type OrderState = 'pending' | 'issued' | 'rejected' | 'revoked' | 'expired';

/** Undefined: the answer does not tell. Sectigo says in words how a certificate stands; words that are not known mean that it is under way. */
export function readState({ fields }: Answer): OrderState | undefined {
  const said = (fields.get('certificateStatus') || fields.get('orderStatus') || '').trim().toLowerCase();
  if (said === '' || said === '-1') return undefined;
  return states[said] ?? 'pending';
}

const states: Readonly<Record<string, OrderState>> = {
  issued: 'issued',
  replaced: 'issued',
  rejected: 'rejected',
  cancelled: 'rejected',
  failed: 'rejected',
  'pre-sign failed': 'rejected',
  'post-sign failed': 'rejected',
  revoked: 'revoked',
  expired: 'expired',
};

export interface RemoteName {
  readonly name: string;
  readonly state: 'pending' | 'validated' | 'failed';
  /** Sectigo's own word. */
  readonly message: string;
}

/** `1_domainName=…&1_dcvMethod=…&1_dcvStatus=…&2_domainName=…`. */
export function readNames({ fields }: Answer): readonly RemoteName[] {
  const names: RemoteName[] = [];
  for (const [field, name] of fields) {
    const [, at] = /^(\d{1,4})_domainName$/.exec(field) ?? [];
    if (at === undefined || name === '') continue;
    const message = fields.get(`${at}_dcvStatus`) ?? '';
    names.push({ name: name.toLowerCase(), state: nameState(message), message: message.slice(0, 200) });
  }
  return names;
}

function nameState(said: string): RemoteName['state'] {
  if (/^\s*validated\s*$/i.test(said)) return 'validated';
  return /fail|reject/i.test(said) ? 'failed' : 'pending';
}

/**
 * The certificates of an answer, PEM: undefined while there are none. They come as fields, each a base64 of PEM or DER, or as PEM after the
 * line with the number.
 */
export function readCertificates({ number, fields, text }: Answer): readonly string[] | undefined {
  if (number !== 2 && !text.includes('certificate=') && !text.includes('-----BEGIN')) return undefined;
  const given = [...fields.getAll('certificate'), ...fields.getAll('caCertificate')].filter((one) => one !== '');
  if (given.length > 0) return given.map(asPem);
  return text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? undefined;
}

function asPem(value: string): string {
  if (value.includes('-----BEGIN')) return value;
  const bytes = Buffer.from(value, 'base64');
  const inner = bytes.toString('latin1');
  if (inner.includes('-----BEGIN')) return inner;
  const body = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${body.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function strange(what: string, name: string): PanelError {
  return new PanelError('unknown_outcome', `${what}: Sectigo's answer has no ${name} that can be read`);
}
