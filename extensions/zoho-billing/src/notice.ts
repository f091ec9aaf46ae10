import { createHmac, timingSafeEqual } from 'node:crypto';
import { PanelError, type TriggerNotice, type VerifiedNotice } from '@hostwright/sdk';
import type { ServerConfig } from './config.js';

const header = 'x-zoho-webhook-signature';

/**
 * The signature has no time in it, so an old notice is as good as a new one; its id makes it known, and what it says is read again.
 * Throws `unauthenticated`; `invalid_input` for what is signed and no event.
 */
export function verifyNotice(
  { webhookSecret }: Pick<ServerConfig, 'webhookSecret'>,
  { headers, query, body }: TriggerNotice,
): VerifiedNotice {
  const isForm = /^application\/x-www-form-urlencoded/i.test(headers['content-type'] ?? '');
  const given = digestIn(headers[header] ?? '');
  const signed = signedText(query, body, isForm);
  // All are compared, so that the time it takes does not tell which one is near.
  const right = webhookSecret
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((secret) => isEqual(given, createHmac('sha256', secret).update(signed).digest()));
  if (!right.includes(true)) throw new PanelError('unauthenticated', 'the signature is not valid');
  return eventIn(isForm ? formIn(body) : jsonIn(body));
}

/**
 * The pairs of the query, and those of a form, sorted by key and written one after the other without anything between them; then the body
 * when it is JSON. Source: zoho.com/billing/kb/webhooks/securing-webhooks.
 */
export function signedText(query: string, body: string, isForm: boolean): string {
  const pairs = [...new URLSearchParams(query), ...(isForm ? new URLSearchParams(body) : [])];
  pairs.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
  return pairs.map(([key, value]) => key + value).join('') + (isForm ? '' : body);
}

/** The manual shows it in hexadecimal and does not say so; what is in base64 is the same bytes. */
function digestIn(text: string): Buffer {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  return /^[A-Za-z0-9+/]{43}=$/.test(text) ? Buffer.from(text, 'base64') : Buffer.alloc(0);
}

function isEqual(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

type Fields = Readonly<Record<string, unknown>>;

/** Whole numbers become texts of their digits: ids are longer than a number holds, and two that are near would become the same. */
function jsonIn(text: string): Fields {
  const exact = text.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) => (/^\d{1,30}$/.test(token) ? `"${token}"` : token));
  try {
    return objectIn(JSON.parse(exact));
  } catch (error) {
    throw new PanelError('invalid_input', 'the signature is right, and the body is not JSON', { cause: error });
  }
}

function formIn(text: string): Fields {
  return Object.fromEntries(new URLSearchParams(text));
}

function eventIn({ event_id: id, event_type: type, data, payload, ...rest }: Fields): VerifiedNotice {
  if (typeof id !== 'string' || id === '')
    throw new PanelError('invalid_input', 'the event has no event_id; choose the default payload for the webhook');
  // In the events API the content is a text of its own.
  const content =
    typeof data === 'string' ? jsonIn(data) : typeof payload === 'string' ? objectIn(jsonIn(payload)['data']) : objectIn(data);
  return {
    eventId: id,
    eventType: typeof type === 'string' && type !== '' ? type.slice(0, 100) : 'unknown',
    subject: subjectIn(content) ?? digits(rest['subscription_id']),
  };
}

/** Of what happens to an invoice or a payment the subscription is what it is for. */
function subjectIn({ subscription, invoice, payment }: Fields): string | null {
  const direct = digits(objectIn(subscription)['subscription_id']);
  if (direct !== null) return direct;
  for (const bill of [invoice, payment].map(objectIn)) {
    const [first] = Array.isArray(bill['subscriptions']) ? (bill['subscriptions'] as unknown[]) : [];
    const found = digits(objectIn(first)['subscription_id']) ?? digits(bill['subscription_id']);
    if (found !== null) return found;
  }
  return null;
}

function digits(value: unknown): string | null {
  return typeof value === 'string' && /^\d{1,30}$/.test(value) ? value : null;
}

function objectIn(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
