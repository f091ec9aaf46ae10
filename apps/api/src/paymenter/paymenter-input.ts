import { isIPv4 } from 'node:net';
import { isEmail } from 'class-validator';
import { PanelError } from '@hostwright/sdk';

/** A `create-site` request, checked. */
export interface CreateSite {
  readonly service_id: string;
  readonly email: string;
  readonly plan: string;
  readonly public_ip: string;
}

const createSiteFields = ['service_id', 'email', 'plan', 'public_ip'];

/** Throws `invalid_input` naming the field at fault. */
export function createSiteIn(body: unknown, plans: readonly string[]): CreateSite {
  const given = objectIn(body);
  const service_id = serviceIdIn(given['service_id']);
  const email = textIn(given, 'email');
  if (email.length > 254 || !isEmail(email)) throw wrong('email', 'must be an e-mail address');
  const plan = textIn(given, 'plan');
  if (!plans.includes(plan)) throw wrong('plan', `must be one of ${plans.join(', ')}`);
  const public_ip = textIn(given, 'public_ip');
  if (!isIPv4(public_ip)) throw wrong('public_ip', 'must be an IPv4 address');
  return { service_id, email, plan, public_ip };
}

/** The caller's id of a service: 1–255 characters, kept as given. Throws `invalid_input`. */
export function serviceIdIn(value: unknown): string {
  if (value === undefined || value === null) throw wrong('service_id', 'is missing');
  if (typeof value !== 'string' || value.length < 1 || value.length > 255) throw wrong('service_id', 'must be a text of 1–255 characters');
  // PostgreSQL cannot keep a NUL, and a lone surrogate would come back as another text.
  if (value.includes('\0') || !isWellFormed(value)) throw wrong('service_id', 'must be readable text');
  return value;
}

export function objectIn(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new PanelError('invalid_input', 'the body must be a JSON object');
  return body as Readonly<Record<string, unknown>>;
}

/** Keys that no call of this kind knows: ignored, but logged. */
export function unknownKeys(body: unknown, known: readonly string[] = createSiteFields): string[] {
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? Object.keys(body).filter((key) => !known.includes(key)) : [];
}

/** Throws `invalid_input` naming the field. */
export function textIn(given: Readonly<Record<string, unknown>>, name: string): string {
  const value = given[name];
  if (value === undefined || value === null || value === '') throw wrong(name, 'is missing');
  if (typeof value !== 'string') throw wrong(name, 'must be a text');
  return value;
}

function wrong(field: string, rule: string): PanelError {
  return new PanelError('invalid_input', `${field} ${rule}`, { field });
}

function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
