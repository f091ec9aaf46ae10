const longestMs = 300_000;

/**
 * How long a whole server is left alone after a 429: seconds or a date, as HTTP has it; a second where nothing is said that we understand.
 * Five minutes at the most, since such an answer may be about one domain or account of many: whoever got it waits as long as it said.
 * Source: RFC 9110, 10.2.3.
 */
export function retryAfterMs(header: string | null, nowMs: number): number {
  const text = header?.trim() ?? '';
  const ms = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - nowMs;
  return ms > 0 ? Math.min(ms, longestMs) : 1_000;
}
