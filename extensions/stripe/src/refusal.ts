import { PanelError } from '@hostwright/sdk';

/** What the SDK throws for an answer of Stripe: its documented fields, as far as they are there. */
interface Refused {
  readonly type?: unknown;
  readonly code?: unknown;
  readonly statusCode?: unknown;
  readonly message?: unknown;
}

/**
 * A refusal as the panel knows it. Source: docs.stripe.com/api/errors; which class the SDK throws for what was tried with version 23.1.0.
 * Stripe's messages name ids and parameters, and of a key its last letters; the whole key is in none of them.
 */
export function meaningOf(error: unknown, what: string): PanelError {
  const { type, code, statusCode: status, message } = (typeof error === 'object' && error !== null ? error : {}) as Refused;
  const said = typeof message === 'string' ? message.slice(0, 300) : 'nothing that can be read';
  const is = (panelCode: PanelError['code'], text: string): PanelError => new PanelError(panelCode, text, { cause: error });
  if (status === 401) return is('invalid_config', 'Stripe refused the secret key');
  if (status === 403) return is('invalid_config', `the secret key may not do ${what}: give the restricted key the permission for it`);
  // With the code lock_timeout too, which says that two wanted the same at once.
  if (status === 429) return is('unavailable', `${what}: too many requests`);
  if (status === 404 || code === 'resource_missing') return is('not_found', `${what}: ${said}`);
  if (status === 409 || status === 424) return is('unavailable', `${what}: ${said}`);
  if (typeof status === 'number' && status >= 400 && status < 500 && type !== 'StripeAPIError') return is('rejected', `${what}: ${said}`);
  return is('unknown_outcome', `${what}: ${typeof status === 'number' ? `answered ${status}` : 'the answer cannot be read'}`);
}
