import type { JsonObject } from '@hostwright/sdk';
import { json, namesOfRequest, type SandboxAnswer } from '@hostwright/sdk-testing';

/* How a call is written, and how it is answered. */

export type Form = ReadonlyMap<string, string>;

export function form(body: unknown): Form {
  return new Map(Object.entries((body ?? {}) as Record<string, string>));
}

/** The names of an order, or why it is refused. */
export function namesIn(given: Form): readonly string[] | string {
  let asked: readonly string[];
  try {
    asked = namesOfRequest(given.get('csr') ?? '');
  } catch {
    return 'Unable to decode CSR';
  }
  if (asked.length === 0) return 'CSR has no common name';
  const others = (given.get('dns_names') ?? '').split(',').filter(Boolean);
  if (others.includes(asked[0]!)) return 'dns_names must not contain the common name';
  if ((given.get('approver_emails') ?? '').split(',').filter(Boolean).length !== others.length)
    return 'approver_emails does not fit dns_names';
  return [asked[0]!.toLowerCase(), ...others.map((name) => name.toLowerCase())];
}

export function success(body: JsonObject): SandboxAnswer {
  return json(200, { ...body, success: true });
}

export function refusal(description: string, status = 200): SandboxAnswer {
  return json(status, { error: true, message: 'Error', description });
}

export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
