import { PanelError } from '@hostwright/sdk';

/** Days that can be asked for at once. */
const mostDays = 400;
const dayMs = 86_400_000;

export interface UsagePeriod {
  /** Days of UTC, both included: `2030-01-31`. */
  readonly from: string;
  readonly to: string;
}

/**
 * The days that are asked for. Without `to` until today, without `from` the 31 days until then.
 * Throws `invalid_input` naming the field: a day that does not exist, a period that ends before it begins, or more than 400 days.
 */
export function usagePeriod(asked: { readonly from?: string; readonly to?: string }, now: Date): UsagePeriod {
  const to = asked.to === undefined ? startOfDay(now) : dayIn('to', asked.to);
  const from = asked.from === undefined ? to - 30 * dayMs : dayIn('from', asked.from);
  if (from > to) throw new PanelError('invalid_input', 'the period ends before it begins', { field: 'from' });
  if ((to - from) / dayMs >= mostDays) throw new PanelError('invalid_input', `a period has at most ${mostDays} days`, { field: 'from' });
  return { from: text(from), to: text(to) };
}

/** The day of UTC that a moment belongs to: `2030-01-31`. */
export function dayOf(at: Date): string {
  return text(at.getTime());
}

function startOfDay(at: Date): number {
  return Math.floor(at.getTime() / dayMs) * dayMs;
}

function text(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function dayIn(field: string, given: string): number {
  const at = /^\d{4}-\d\d-\d\d$/.test(given) ? Date.parse(`${given}T00:00:00Z`) : Number.NaN;
  // A 31st of June would be read as the first of July.
  if (Number.isNaN(at) || text(at) !== given) throw new PanelError('invalid_input', `${field} must be a day such as 2030-01-31`, { field });
  return at;
}
